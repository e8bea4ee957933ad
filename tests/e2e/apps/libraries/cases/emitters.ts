import { EventEmitter } from 'eventemitter3';
import mitt from 'mitt';

type Events = { add: { sku: string; n: number }; clear: undefined };

class Cart extends EventEmitter<{ changed: [total: number]; error: [Error] }> {
  #items = new Map<string, number>();

  add(sku: string, n = 1): this {
    this.#items.set(sku, (this.#items.get(sku) ?? 0) + n);
    this.emit('changed', [...this.#items.values()].reduce((a, b) => a + b, 0));
    return this;
  }
}

export const cases = {
  mitt: () => {
    const seen: unknown[] = [];
    const emitter = mitt<Events>();
    const onAdd = ({ sku, n }: Events['add']) => seen.push(`${sku}×${n}`);

    emitter.on('add', onAdd);
    emitter.on('*', (type, event) => seen.push([type, event ?? null]));
    emitter.emit('add', { sku: 'a', n: 2 });
    emitter.off('add', onAdd);
    emitter.emit('add', { sku: 'b', n: 1 });
    emitter.emit('clear');
    return [seen, emitter.all.size];
  },
  'a class that extends EventEmitter': () => {
    const totals: number[] = [];
    const cart = new Cart();

    cart.on('changed', (total) => totals.push(total));
    cart.once('changed', (total) => totals.push(-total));
    cart.add('x').add('y', 4).add('x');
    return [totals, cart.listenerCount('changed'), cart.eventNames()];
  }
};
