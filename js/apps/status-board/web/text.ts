import type { Kiln, State } from '../shared/messages';
import { PROGRAMMES } from '../shared/programme';

export const STATES: Readonly<Record<State, string>> = {
  ready: 'Ready to load',
  heating: 'Heating',
  held: 'On hold',
  soaking: 'Soaking',
  cooling: 'Cooling',
};

export function programme({ programme: name }: Kiln): string {
  return name === null ? 'Empty' : `${PROGRAMMES[name].title} ${PROGRAMMES[name].peak} °C`;
}

export function timeLeft({ state, minutesLeft }: Kiln): string {
  if (state === 'ready') return 'may be opened';
  if (state === 'held') return 'waits';
  return `opens in ${Math.floor(minutesLeft / 60)} h ${String(minutesLeft % 60).padStart(2, '0')}`;
}
