// What goes between the pages and the host script: both import it, so neither can drift.

/** On "status", from the host every second. */
export interface Status {
  time: string;
  uptime: number;
}

/** The answer to "greet". */
export interface Greeting {
  text: string;
  count: number;
}
