console.log('plain', 1, { a: [true] }, undefined);
console.warn('two\nlines');
console.error(new Error('shown'));
runtime.on('go', () => { missing(); });
runtime.send('go', 1);
runtime.send('denied', 1);
setTimeout(() => Promise.reject(new TypeError('nobody')), 10);
setTimeout(() => { for (let i = 0; i < 5000; i++) console.info('flood', i); console.debug('after'); }, 50);
setTimeout(() => { throw new RangeError('late'); }, 1500);
// Cut in the middle of a character, by bytes and by UTF-16 units, and text that is none.
console.log('漢'.repeat(400));
console.log(`${'é'.repeat(511)}\u{1f600}`);
console.log(`${'y'.repeat(999)}\u{1f600}`);
console.log('lone \ud800 surrogate');
runtime.send('alive', 1);
// A stack that is asked for fails in turn, and asks for itself.
setTimeout(() => {
  const error = new Error('ask me');
  Object.defineProperty(error, 'stack', { get() { reportError(error); throw error; } });
  throw error;
}, 1600);
setTimeout(() => { throw { toString() { throw 1; }, get stack() { throw 2; } }; }, 1700);
setTimeout(() => console.log('and on it goes'), 1800);
