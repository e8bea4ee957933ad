// What the host's checks have a page do, by name.
const heard = {}, ends = {};
let aborted = 0;

const later = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));

function burn(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function listen({ channel, listeners = 1, burn: ms = 0 }) {
  const list = heard[channel] ??= { payloads: [], redelivered: 0 };
  ends[channel] = Array.from({ length: listeners }, () => runtime.on(channel, (payload, { redelivered }) => {
    list.payloads.push(payload);
    list.redelivered += redelivered;
    burn(ms);
  }));
}

const deeds = {
  ready: () => 'ready',
  listen,
  forget: (channel) => ends[channel].forEach((end) => end()),
  heard(channel) {
    const { payloads, redelivered } = heard[channel];
    heard[channel].payloads = [];
    heard[channel].redelivered = 0;
    return { payloads, redelivered };
  },
  say: ([channel, payload]) => runtime.send(channel, payload, { ack: true }),
  send: (channel) => runtime.send(channel, 1, { ack: true }).then(() => 0, (error) => error.code),
  refusal: (channel) => runtime.send(channel, 1, { ack: true })
    .then(() => null, ({ code, name, message }) => ({ code, name, message })),
  call: (channel) => runtime.invoke(channel).catch((error) => `error ${error.code}`),
  async pour({ channel, count }) {
    for (let n = 0; n < count;) {
      try {
        runtime.send(channel, n);
        n++;
      } catch {
        await runtime.drain();
      }
    }
  },
  async endless(channel) {
    let sent = 0, stop = false;
    runtime.once('t:stop', () => { stop = true; });
    while (!stop) {
      try {
        runtime.send(channel, sent);
        sent++;
      } catch {
        await runtime.drain();
      }
    }
    return sent;
  },
  async beats(count) {
    let answers = 0, worst = 0;
    for (; answers < count; answers++) {
      const start = performance.now();
      await runtime.invoke('t:echo', answers);
      worst = Math.max(worst, performance.now() - start);
      await later(10);
    }
    return { answers, worst };
  },
  aborted: () => aborted,
};

listen({ channel: 't:early' });
listen({ channel: 't:m' });
runtime.handle('do', ([what, argument]) => deeds[what](argument));
runtime.handle('t:page-echo', (payload) => payload);
runtime.handle('t:page-later', (ms) => later(ms, `after ${ms}`));
runtime.handle('t:page-throw', () => { throw new TypeError('no such thing'); });
runtime.handle('t:page-odd', () => Promise.reject({ get code() { throw new Error('unreadable'); } }));
runtime.handle('t:page-turning', () => {
  let asked = 0;
  return Promise.reject({ message: '[7004] own words', get code() { return asked++ ? 'other' : 7004; } });
});
runtime.handle('t:page-bigint', () => [1n]);
runtime.handle('t:page-never', (payload, { signal }) => {
  signal.addEventListener('abort', () => aborted++);
  return new Promise(() => {});
});
