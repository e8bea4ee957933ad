export interface Only { kind: string; n: number }
export type Also = { a: number };
export const named = 'named';
export let counter = 0;
export const bump = (): number => ++counter;
export default class { static value = 1; }
export * as self from './values.ts';
