/*
 * Payloads, and what must become of them: run by the page and by the host script, in both directions,
 * as messages and as answers of calls, with the same result in both engines.
 *
 * A vector is {name, make, want or refused and path, needs}: make() gives the value that is sent,
 * want() the one that must arrive (what make() gives, when there is none); refused is the code of the
 * error, whose message must name the path. needs is a global that an engine may lack: then the
 * vector cannot be expressed there, which is counted. describe() says of a value what it is in a way
 * that tells all apart which a payload can be.
 *
 * What no value can express: a key that is twice in a raw frame. The last one wins.
 */
(function (exports) {
  'use strict';

  var vectors = [];
  var SERIALIZATION = 7003, TOO_LARGE = 7009;
  var LARGEST = (16 << 20) - 5; /* with its head 16 MiB */

  function arrives(name, make, want, needs) {
    vectors.push({ name: name, make: make, want: want || make, needs: needs });
  }

  function refused(name, code, path, make, needs) {
    vectors.push({ name: name, make: make, refused: code, path: path, needs: needs });
  }

  function value(v) { return function () { return v; }; }

  function repeat(text, n) {
    var out = '';

    for (; n > 0; n >>>= 1, text += text)
      if (n & 1)
        out += text;
    return out;
  }

  function bytes() { return new Uint8Array(Array.prototype.slice.call(arguments)); }

  function countedBytes(n) {
    var out = new Uint8Array(n), i;

    for (i = 0; i < n; i += 4093)
      out[i] = i & 255;
    return out;
  }

  function nested(depth, wrap) {
    var v = wrap ? {} : [], i;

    for (i = 1; i < depth; i++)
      v = wrap ? { a: v } : [v];
    return v;
  }

  function parsed(text) { return function () { return JSON.parse(text); }; }

  /* ---- what arrives ---- */

  arrives('null', value(null));
  arrives('true', value(true));
  arrives('false', value(false));
  arrives('undefined', value(undefined), value(null));
  arrives('undefined in an array', value([undefined, 1]), value([null, 1]));
  arrives('undefined as a member', value({ a: undefined, b: 1 }), value({ b: 1 }));
  [0, 1, -1, 127, 128, 255, 256, 65535, 65536, -32, -33, -128, -129, -32769, 2147483647, 2147483648, -2147483649,
    4294967295, 4294967296, 1e21, 1.5, 0.1, -2.5e-7, 1e300, 1.7976931348623157e308, 5e-324, -5e-324].forEach(function (n) {
    arrives('number ' + n, value(n));
  });
  [53, 63, 64].forEach(function (e) {
    var power = Math.pow(2, e);

    arrives('2^' + e + ' and its neighbours', value([power - 1, power, power + 1, -power - 1, -power, -power + 1]));
  });
  arrives('minus zero', value(-0), value(0));
  arrives('minus zero inside', value({ a: [-0] }), value({ a: [0] }));
  arrives('NaN', value(NaN), value(null));
  arrives('infinities inside', value([Infinity, { a: -Infinity }]), value([null, { a: null }]));
  arrives('empty string', value(''));
  arrives('text of all widths', value('a\u00fc\u20ac\ud83d\ude00'));
  arrives('a pair put together', function () { return '\ud83d' + '\ude00'; });
  arrives('NUL, line separators and control characters', value('a\u0000b\u2028\u2029\u0001\u007f\u001b\ufffe\uffff'));
  arrives('NUL and a digit', value('\u00001'));
  arrives('quotes, backslashes and program text', value('"\\\'\n</script>${x}`); alert(1)'));
  arrives('text of 1 MiB', function () { return repeat('0123456789abcdef', 65536); });
  arrives('text of control characters', function () { return repeat('\u0001', 100000); });
  arrives('the longest text', function () { return repeat('x', LARGEST); });
  arrives('empty containers', value([[], {}, [[]], [{}]]));
  arrives('an array of 70000', function () {
    var list = [], i;

    for (i = 0; i < 70000; i++)
      list.push(i);
    return list;
  });
  arrives('an object of 70000', function () {
    var object = {}, i;

    for (i = 0; i < 70000; i++)
      object['key ' + i] = i;
    return object;
  });
  arrives('objects of 15, 16 and 17 members', function () {
    return [15, 16, 17].map(function (n) {
      var object = {};

      for (; n > 0; n--)
        object['m' + n] = n;
      return object;
    });
  });
  arrives('a sparse array', function () { var list = [1]; list[3] = 4; return list; }, value([1, null, null, 4]));
  arrives('an array with members', function () { var list = [1]; list.name = 'x'; return list; }, value([1]));
  arrives('an array-like object', value({ length: 2, 0: 'a', 1: 'b' }));
  arrives('empty and odd keys', parsed('{"": 1, " ": 2, "a.b": 3, "\\u0000": 4, "\\u2028": 5, "\\ud83d\\ude00": 6, "0": 7, "-1": 8}'));
  arrives('__proto__ as a member', parsed('{"__proto__": {"polluted": true}, "a": 1}'));
  arrives('__proto__ of a primitive', parsed('[{"__proto__": 1}, {"__proto__": null}]'));
  arrives('constructor and its like as members', parsed('{"constructor": {"prototype": 1}, "hasOwnProperty": 2, "toString": 3, "valueOf": 4, "then": 5, "length": 6}'));
  arrives('an object without prototype', function () { var o = Object.create(null); o.a = 1; return o; }, value({ a: 1 }));
  arrives('inherited members', function () { var o = Object.create({ b: 2 }); o.a = 1; return o; }, value({ a: 1 }));
  arrives('a member that is not enumerable', function () {
    return Object.defineProperty({ a: 1 }, 'hidden', { value: 2 });
  }, value({ a: 1 }));
  arrives('a getter', function () { return { get a() { return [1]; } }; }, value({ a: [1] }));
  arrives('one object twice', function () { var o = { a: 1 }; return [o, { b: o }]; }, value([{ a: 1 }, { b: { a: 1 } }]));
  arrives('nested 128 deep', function () { return nested(128); });
  arrives('objects nested 128 deep', function () { return nested(128, true); });
  arrives('Date', function () { return new Date(0); }, value('1970-01-01T00:00:00.000Z'));
  arrives('Date inside', function () { return { at: [new Date(86400000.5)] }; }, value({ at: ['1970-01-02T00:00:00.000Z'] }));
  arrives('Date that is none', function () { return [new Date(NaN)]; }, value([null]));
  arrives('Map', function () { return new Map([[1, 2]]); }, value({}), 'Map');
  arrives('Map and Set inside', function () { return { m: new Map([[1, 2]]), s: [new Set([1])] }; }, value({ m: {}, s: [{}] }), 'Map');
  arrives('RegExp and Error', function () { return [/x/g, new Error('message')]; }, value([{}, {}]));
  arrives('functions', value(function () {}), value(null));
  arrives('functions inside', value({ a: function () {}, b: [function () {}] }), value({ b: [null] }));
  arrives('Symbol', function () { return Symbol('x'); }, value(null), 'Symbol');
  arrives('Symbols inside', function () {
    var o = { a: Symbol('a'), b: [Symbol('b')], c: 1 };

    o[Symbol('key')] = 2;
    return o;
  }, value({ b: [null], c: 1 }), 'Symbol');
  arrives('boxed primitives', function () {
    return [new Number(1.5), new String('text'), new Boolean(false), { a: new Number(NaN) }];
  }, value([1.5, 'text', false, { a: null }]));
  arrives('toJSON', function () {
    return { toJSON: function () { return { a: [1] }; } };
  }, value({ a: [1] }));
  arrives('toJSON gets its key', function () {
    var o = { toJSON: function (key) { return typeof key + ' ' + key; } };

    return { a: o, b: [0, o], '': o };
  }, value({ a: 'string a', b: [0, 'string 1'], '': 'string ' }));
  arrives('toJSON that gives nothing', function () {
    return { a: { toJSON: function () {} }, b: [{ toJSON: function () {} }] };
  }, value({ b: [null] }));
  arrives('toJSON in place of what cannot be sent', function () {
    var o = { half: '\ud800', toJSON: function () { return 'instead'; } };

    o.self = o;
    return [o];
  }, value(['instead']));
  arrives('toJSON that is no function', value({ toJSON: 5 }));
  arrives('toJSON is called once', function () {
    return [{ n: 0, toJSON: function () { return { n: ++this.n, toJSON: null }; } }];
  }, value([{ n: 1, toJSON: null }]));
  arrives('bytes', function () { return bytes(0, 1, 127, 128, 255); });
  arrives('no bytes', function () { return bytes(); });
  arrives('bytes inside', function () {
    return { a: bytes(1), b: [null, bytes(2, 3), { c: bytes() }], tail: 'x' };
  });
  arrives('bytes behind what is dropped', function () {
    return { drop: undefined, list: [undefined, function () {}, bytes(5)], date: new Date(0), b: bytes(6) };
  }, function () { return { list: [null, null, bytes(5)], date: '1970-01-01T00:00:00.000Z', b: bytes(6) }; });
  arrives('bytes under odd keys', function () {
    var o = JSON.parse('{"__proto__": 0, "": 0, "a\\"b": 0}');

    Object.defineProperty(o, '__proto__', { value: bytes(1), enumerable: true, configurable: true, writable: true });
    o[''] = bytes(2);
    o['a"b'] = [bytes(3)];
    return o;
  });
  arrives('bytes from toJSON', function () { return { a: { toJSON: function () { return bytes(4); } } }; }, function () {
    return { a: bytes(4) };
  });
  arrives('what looks like bytes', value([null, { type: 'bytes', data: [1, 2] }, 'AQI=', { $bytes: 'AQI=' }]));
  arrives('ArrayBuffer', function () { return bytes(1, 2).buffer; }, function () { return bytes(1, 2); });
  arrives('ArrayBuffer inside', function () { return [{ b: bytes(9).buffer }]; }, function () { return [{ b: bytes(9) }]; });
  arrives('a view with an offset', function () { return { v: bytes(0, 1, 2, 3, 4, 5).subarray(2, 4) }; }, function () {
    return { v: bytes(2, 3) };
  });
  arrives('views of other elements', function () {
    return [new Uint16Array([1, 513]), new Int8Array([-1]), new Float64Array([0.5]), new Uint8ClampedArray([255])];
  }, value([{ 0: 1, 1: 513 }, { 0: -1 }, { 0: 0.5 }, { 0: 255 }]));
  arrives('DataView', function () { return [new DataView(bytes(1, 2).buffer)]; }, value([{}]));
  arrives('1 MiB of bytes inside', function () { return { list: [countedBytes(1 << 20), 'tail'] }; });
  arrives('the most bytes', function () { return countedBytes(LARGEST); });

  /* ---- what is refused ---- */

  refused('BigInt', SERIALIZATION, 'payload', function () { return BigInt(1); }, 'BigInt');
  refused('BigInt inside', SERIALIZATION, 'payload.a[1].b', function () { return { a: [0, { b: BigInt(1) }] }; }, 'BigInt');
  refused('a cycle', SERIALIZATION, 'payload.self', function () { var o = {}; o.self = o; return o; });
  refused('a cycle by way of others', SERIALIZATION, 'payload.a[1].up', function () {
    var o = { a: [0, {}] };

    o.a[1].up = o;
    return o;
  });
  refused('nested 129 deep', SERIALIZATION, 'payload[0][0]', function () { return nested(129); });
  refused('objects nested 129 deep', SERIALIZATION, 'payload.a.a', function () { return nested(129, true); });
  refused('nested 10000 deep', SERIALIZATION, 'payload[0][0]', function () { return nested(10000); });
  refused('half a pair', SERIALIZATION, 'payload', value('\ud800'));
  refused('the other half', SERIALIZATION, 'payload.text', value({ text: 'a\udc00b' }));
  refused('a pair the wrong way round', SERIALIZATION, 'payload[1]', value(['', '\ude00\ud83d']));
  refused('half a pair in a key', SERIALIZATION, 'payload.a', function () { return { a: { '\ud800': 1 } }; });
  refused('a getter that throws', SERIALIZATION, 'payload', function () {
    return { get a() { throw new Error('on purpose'); } };
  });
  refused('toJSON that throws', SERIALIZATION, 'payload', function () {
    return { a: { toJSON: function () { throw new Error('on purpose'); } } };
  });
  refused('what cannot be sent, from toJSON', SERIALIZATION, 'a.b[0]', function () {
    return { a: { toJSON: function () { return { b: ['\ud800'] }; } } };
  });
  refused('text over 16 MiB', TOO_LARGE, '', function () { return repeat('x', LARGEST + 1); });
  refused('bytes over 16 MiB', TOO_LARGE, '', function () { return new Uint8Array(LARGEST + 1); });
  refused('16 MiB in parts', TOO_LARGE, '', function () {
    var part = repeat('x', 1 << 20), list = [], i;

    for (i = 0; i < 16; i++)
      list.push(part);
    return list;
  });

  /* ---- what a value is ---- */

  function checksum(length, at) {
    var sum = 1, i;

    for (i = 0; i < length; i += length > 100000 ? 4093 : 1)
      sum = (sum * 31 + at(i)) >>> 0;
    return length + ' of sum ' + sum;
  }

  /* Engines differ in what JSON.stringify escapes. */
  function quoted(text) {
    return '"' + text.replace(/[^ !#-\[\]-~]/g, function (c) {
      return '\\u' + ('000' + c.charCodeAt(0).toString(16)).slice(-4);
    }) + '"';
  }

  function describeText(text) {
    return text.length < 200 ? quoted(text) : 'text ' + checksum(text.length, function (i) { return text.charCodeAt(i); });
  }

  function describeMembers(v) {
    var keys = Object.keys(v);

    if (keys.length > 1000)
      return '{' + checksum(keys.length, function (i) { return keys[i].length + v[keys[i]]; }) + '}';
    return '{' + keys.map(function (key) {
      return describeText(key) + ': ' + describe(Object.getOwnPropertyDescriptor(v, key).value);
    }).join(', ') + '}';
  }

  function describe(v) {
    var i, list;

    if (v === null || typeof v === 'boolean' || typeof v === 'undefined')
      return String(v);
    if (typeof v === 'number')
      return v === 0 && 1 / v < 0 ? '-0' : String(v);
    if (typeof v === 'string')
      return describeText(v);
    if (typeof v !== 'object')
      return 'a ' + typeof v;
    if (v instanceof Uint8Array)
      return 'bytes ' + (v.length < 100 ? '[' + Array.prototype.join.call(v, ' ') + ']'
        : checksum(v.length, function (at) { return v[at]; }));
    if (Array.isArray(v) && v.length > 1000)
      return '[' + checksum(v.length, function (at) { return v[at]; }) + ']';
    if (Array.isArray(v)) {
      list = [];
      for (i = 0; i < v.length; i++)
        list.push(i in v ? describe(v[i]) : 'a hole');
      return '[' + list.join(', ') + ']';
    }
    return (Object.getPrototypeOf(v) === Object.prototype ? '' : 'not plain ') + describeMembers(v);
  }

  exports.vectors = vectors;
  exports.describe = describe;
  exports.find = function (name) {
    return vectors.filter(function (vector) { return vector.name === name; })[0];
  };
})(typeof module === 'object' ? module.exports : (this.payloads = {}));
