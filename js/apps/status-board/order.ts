// What a page sends may be anything. This makes an Order of it, or says what is wrong.
import type { Order } from './shared/messages';
import { PROGRAMMES, type ProgrammeName } from './shared/programme';

function isProgramme(value: unknown): value is ProgrammeName {
  return typeof value === 'string' && Object.hasOwn(PROGRAMMES, value);
}

export function parseOrder(value: unknown): Order {
  const { kiln, action, programme } = (value ?? {}) as Partial<Record<string, unknown>>;

  if (typeof kiln !== 'string') throw new TypeError('an order names a kiln');
  if (action === 'hold' || action === 'resume' || action === 'stop') return { kiln, action };
  if (action !== 'start') throw new TypeError('an order is to start, hold, resume or stop');
  if (!isProgramme(programme)) throw new TypeError('there is no such programme');
  return { kiln, action, programme };
}
