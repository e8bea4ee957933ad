import { assign, createActor, createMachine, fromPromise, setup, toPromise, waitFor } from 'xstate';

const door = setup({
  types: {
    context: {} as { opened: number; log: string[] },
    events: {} as { type: 'OPEN' } | { type: 'CLOSE' } | { type: 'LOCK'; code: string }
  },
  guards: { right: ({ event }) => event.type === 'LOCK' && event.code === '42' },
  actions: { count: assign({ opened: ({ context }) => context.opened + 1 }) },
  delays: { slam: 15 }
}).createMachine({
  id: 'door',
  initial: 'closed',
  context: { opened: 0, log: [] },
  states: {
    closed: { on: { OPEN: { target: 'open', actions: 'count' },
      LOCK: { target: 'locked', guard: 'right' } } },
    open: { on: { CLOSE: 'closed' }, after: { slam: 'closed' } },
    locked: { type: 'final' }
  }
});

export const cases = {
  transitions: () => {
    const seen: unknown[] = [];
    const actor = createActor(door);

    actor.subscribe((snapshot) => seen.push([snapshot.value, snapshot.context.opened]));
    actor.start();
    actor.send({ type: 'OPEN' });
    actor.send({ type: 'OPEN' });
    actor.send({ type: 'CLOSE' });
    actor.send({ type: 'LOCK', code: '1' });
    actor.send({ type: 'LOCK', code: '42' });
    return [seen, actor.getSnapshot().status];
  },
  delays: async () => {
    const actor = createActor(door).start();

    actor.send({ type: 'OPEN' });
    const snapshot = await waitFor(actor, (s) => s.matches('closed') && s.context.opened > 0,
      { timeout: 1000 });

    return snapshot.context;
  },
  'a promise as an actor': async () => {
    const machine = createMachine({
      initial: 'loading',
      states: {
        loading: { invoke: { src: fromPromise(async () => ({ items: [1, 2] })),
          onDone: { target: 'done', actions: assign({ data: ({ event }) => event.output }) } } },
        done: { type: 'final' }
      },
      output: ({ context }: any) => context.data
    } as any);

    return toPromise(createActor(machine).start());
  },
  'parallel states and history': () => {
    const machine = createMachine({
      type: 'parallel',
      states: {
        a: { initial: 'on', states: { on: { on: { TOGGLE: 'off' } }, off: { on: { TOGGLE: 'on' } } } },
        b: { initial: 'x', states: { x: { on: { NEXT: 'y' } }, y: {} } }
      }
    });
    const actor = createActor(machine).start();

    actor.send({ type: 'TOGGLE' });
    actor.send({ type: 'NEXT' });
    return [actor.getSnapshot().value, actor.getPersistedSnapshot()];
  }
};
