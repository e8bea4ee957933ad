// What a host script has beside ECMAScript: the runtime is no browser and no Node.
// tests/unit/test_globals.c holds this file against the runtime.

interface Console {
  /** A line of the runtime's log at level info, as from the part "script". */
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
  debug(...values: unknown[]): void;
}
declare var console: Console;

/** Calls back once, after at least so many milliseconds. */
declare function setTimeout(callback: (nothing: void) => void, milliseconds?: number): number;
declare function setTimeout<A extends unknown[]>(
  callback: (...args: A) => void, milliseconds?: number, ...args: A): number;
declare function clearTimeout(id?: number): void;
/** Calls back every so many milliseconds, until it is cleared. */
declare function setInterval<A extends unknown[]>(
  callback: (...args: A) => void, milliseconds?: number, ...args: A): number;
declare function clearInterval(id?: number): void;
/** Calls back when the current turn's code has run, before anything else happens. */
declare function queueMicrotask(callback: () => void): void;

interface Performance {
  /** Milliseconds of a clock that nobody sets. */
  now(): number;
}
declare var performance: Performance;

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  onabort: (() => void) | null;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
  throwIfAborted(): void;
}
declare var AbortSignal: {
  readonly prototype: AbortSignal;
  /** A signal that is aborted from the start. */
  abort(reason?: unknown): AbortSignal;
};

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare var AbortController: { readonly prototype: AbortController; new (): AbortController };

interface TextEncoder {
  /** "utf-8" */
  readonly encoding: string;
  encode(text?: string): Uint8Array;
}
declare var TextEncoder: { readonly prototype: TextEncoder; new (): TextEncoder };

interface TextDecoder {
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(bytes?: ArrayBuffer | ArrayBufferView): string;
}
declare var TextDecoder: {
  readonly prototype: TextDecoder;
  new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }): TextDecoder;
};
