// What page and host say to each other. Both import this file, so neither can drift from the other.

export interface Todo {
  readonly id: number;
  readonly text: string;
  readonly done: boolean;
}

/** What the page asks of the host: channel and payload. */
export interface Commands {
  'todo:add': string;
  'todo:toggle': Todo['id'];
  'todo:remove': Todo['id'];
  'todo:clear': null;
}

/** What the host tells the page. */
export interface News {
  'todo:list': readonly Todo[];
  'todo:refused': string;
}

export const TEXT_MAX = 60;
export const LIST_MAX = 50;
