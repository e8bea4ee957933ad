// Fails in every way that a host script can, for the lines of the log.
// main.js and web/app.js are built from this and web/app.ts, see README.
import { TinyEmitter } from 'tiny-emitter';

interface Order {
  id: number;
  items?: string[];
}

class OrderError extends Error {
  constructor(readonly order: Order) {
    super(`order ${order.id} is empty`);
    this.name = 'OrderError';
  }
}

function check(order: Order): number {
  if (!order.items?.length) {
    throw new OrderError(order);
  }
  return order.items.length;
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function later(order: Order): Promise<number> {
  await sleep(1);
  return check(order);
}

const emitter = new TinyEmitter();
emitter.on('order', (order: Order) => {
  check(order);
});

setTimeout(() => {
  check({ id: 1 });
}, 1);
later({ id: 2 }).catch((e: OrderError) => console.error('caught:', e, e.stack?.indexOf('main.ts:19')));
later({ id: 3 });
setTimeout(() => emitter.emit('order', { id: 4 }), 5);
setTimeout(() => {
  for (const each of [1, 2, 3]) {
    Promise.reject(new RangeError(`no ${each}`));
  }
}, 10);
setTimeout(() => {
  let n = 0;
  const flood = setInterval(() => {
    if (++n === 300)
      clearInterval(flood);
    check({ id: 5 });
  }, 1);
}, 50);
setTimeout(() => {
  for (let i = 0; i < 200; i++) {
    Promise.reject(new Error(`each another: ${i}`));
  }
}, 2500);
