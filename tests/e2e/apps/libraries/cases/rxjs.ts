import {
  BehaviorSubject, catchError, combineLatest, concatMap, delay, EMPTY, filter, firstValueFrom,
  from, interval, lastValueFrom, map, merge, of, ReplaySubject, retry, scan, share, Subject,
  switchMap, take, takeUntil, throwError, timer, toArray, withLatestFrom, zip
} from 'rxjs';

export const cases = {
  pipeline: () => lastValueFrom(from([1, 2, 3, 4, 5]).pipe(
    filter((n) => n % 2 === 1), map((n) => n * n), scan((sum, n) => sum + n, 0), toArray())),
  'from iterables': () => lastValueFrom(merge(
    from(new Set(['a', 'b'])), from('xy'), from((function* () { yield 1; yield 2; })()),
    from((async function* () { yield 'async'; })())).pipe(toArray())),
  promises: () => lastValueFrom(of(1, 2, 3).pipe(
    concatMap(async (n) => { await null; return n * 10; }), toArray())),
  time: () => lastValueFrom(interval(5).pipe(takeUntil(timer(60000)), take(3), toArray())),
  switchMap: () => lastValueFrom(of('a', 'b').pipe(
    switchMap((x) => timer(5).pipe(map(() => x))), toArray())),
  subjects: async () => {
    const seen: unknown[] = [], subject = new Subject<number>();
    const behaviour = new BehaviorSubject('first'), replay = new ReplaySubject<number>(2);

    subject.pipe(withLatestFrom(behaviour)).subscribe((pair) => seen.push(pair));
    subject.next(1);
    behaviour.next('second');
    subject.next(2);
    subject.complete();
    [1, 2, 3].forEach((n) => replay.next(n));
    replay.subscribe((n) => seen.push(n));
    return [seen, await firstValueFrom(behaviour)];
  },
  errors: () => lastValueFrom(merge(
    throwError(() => new TypeError('no')).pipe(catchError((e) => of(`${e.name} ${e.message}`))),
    EMPTY).pipe(toArray())),
  retry: () => {
    let tries = 0;

    return firstValueFrom(of(0).pipe(map(() => {
      if (++tries < 3)
        throw new Error('again');
      return tries;
    }), retry(5)));
  },
  'an empty stream': () => firstValueFrom(EMPTY),
  combined: () => lastValueFrom(combineLatest([of(1), of(2, 3)]).pipe(toArray())),
  zip: () => lastValueFrom(zip(of(1, 2), from(['a', 'b'])).pipe(delay(2), share(), toArray()))
};
