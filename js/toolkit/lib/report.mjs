/*
 * What is wrong with an app, for people and for machines. An error is
 * { file, line, column, text, hint }: file relative to the app's folder, line and
 * column from 1; all but text may be missing.
 */
import path from 'node:path';

export const EXIT_OK = 0;
export const EXIT_APP = 1; /* the app has faults */
export const EXIT_USAGE = 2;
export const EXIT_TOOLKIT = 3; /* the toolkit itself does not work here */

/* Faults of the app; what else is thrown is a fault of the toolkit. */
export class AppError extends Error {
  constructor(errors) {
    super(errors.map((error) => error.text).join('\n'));
    this.errors = errors;
  }
}

export class UsageError extends Error {}

export function place(error) {
  let text = error.file ?? '';

  if (error.file && error.line)
    text += `:${error.line}` + (error.column ? `:${error.column}` : '');
  return text;
}

function paint(code, text) {
  return process.stderr.isTTY && !process.env.NO_COLOR ? `\x1b[${code}m${text}\x1b[0m` : text;
}

/* As a compiler says it: the path so that an editor or a terminal can follow it. */
export function show(app, errors, what = 'error') {
  for (const error of errors) {
    const where = error.file ? path.join(app, place(error)) : app;
    const mark = paint(what === 'error' ? 31 : 33, `${what}:`);

    process.stderr.write(`${paint(1, where)}: ${mark} ${error.text}\n`);
    if (error.hint)
      process.stderr.write(`    ${error.hint.replaceAll('\n', '\n    ')}\n`);
  }
}

/* On one line each, in the order of the places. */
export function sorted(errors) {
  return errors.toSorted((a, b) => (a.file ?? '').localeCompare(b.file ?? '', 'en') ||
    (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
