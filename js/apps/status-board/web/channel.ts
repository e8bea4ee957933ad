import { useSyncExternalStore } from 'react';

/**
 * A hook that returns the last payload of a channel, undefined before the first. Make it where the
 * module is loaded and not in a component: what comes before a page listens is waited for only
 * until the page has its first listener.
 */
export function channel<T>(name: string): () => T | undefined {
  const listeners = new Set<() => void>();
  let last: T | undefined;

  runtime.on<T>(name, (payload) => {
    last = payload;
    for (const listener of listeners) listener();
  });

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => { listeners.delete(listener); };
  }

  return () => useSyncExternalStore(subscribe, () => last);
}
