// What the pages and the host say to each other.
import type { ProgrammeName } from './programme';

export type State = 'ready' | 'heating' | 'held' | 'soaking' | 'cooling';

export interface Kiln {
  readonly name: string;
  readonly state: State;
  readonly programme: ProgrammeName | null;
  readonly temperature: number;
  /** Minutes until it may be opened. */
  readonly minutesLeft: number;
  /** Temperatures since the start, one for each SAMPLE_MINUTES. */
  readonly history: readonly number[];
}

/** 'plant:status', from the host to both windows, once a second and after every order. */
export interface Status {
  readonly kilns: readonly Kiln[];
  readonly notice: string;
}

/** 'plant:order', a call of the control window; the host answers with an Answer. */
export type Order =
  | { readonly kiln: string; readonly action: 'start'; readonly programme: ProgrammeName }
  | { readonly kiln: string; readonly action: 'hold' | 'resume' | 'stop' };

/** Why the order was not carried out, in words for the operator; null when it was. */
export interface Answer {
  readonly refused: string | null;
}

export const SAMPLE_MINUTES = 10;
export const NOTICE_MAX = 80;
