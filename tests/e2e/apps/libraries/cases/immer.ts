import { applyPatches, enableMapSet, enablePatches, freeze, produce, produceWithPatches } from 'immer';

enableMapSet();
enablePatches();

interface State { user: { name: string; tags: string[] }; list: { id: number; done: boolean }[] }

const state: State = freeze({
  user: { name: 'Ada', tags: ['a'] },
  list: [{ id: 1, done: false }, { id: 2, done: false }]
}, true);

export const cases = {
  produce: () => {
    const next = produce(state, (draft) => {
      draft.list[1].done = true;
      draft.list.push({ id: 3, done: false });
      draft.user.tags.unshift('z');
    });

    return [next, state.list.length, next.list[0] === state.list[0], next.user === state.user];
  },
  'delete and sort': () => produce(state, (draft) => {
    delete (draft.user as Partial<State['user']>).name;
    draft.list.sort((a, b) => b.id - a.id);
    draft.list.splice(1, 1);
  }),
  'no change': () => produce(state, (draft) => { draft.user.name = 'Ada'; }) === state,
  patches: () => {
    const [next, patches, inverse] = produceWithPatches(state, (draft) => {
      draft.user.name = 'Grace';
      draft.list.pop();
    });

    return [patches, inverse, JSON.stringify(applyPatches(next, inverse)) === JSON.stringify(state)];
  },
  'Map and Set': () => {
    const base = { m: new Map([['a', { n: 1 }]]), s: new Set([1, 2]) };
    const next = produce(base, (draft) => {
      draft.m.get('a')!.n++;
      draft.m.set('b', { n: 7 });
      draft.s.delete(1);
      draft.s.add(5);
    });

    return [[...next.m], [...next.s], [...base.m], base.s.size];
  },
  'frozen results': () => {
    const next = produce(state, (draft) => { draft.user.name = 'X'; }) as State;

    try {
      next.user.name = 'Y';
    } catch (e) {
      return [next.user.name, e instanceof TypeError];
    }
  }
};
