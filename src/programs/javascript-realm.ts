import { REGEXP_REALM } from './regexp/regexp-realm.ts';

/**
 * The world of a JavaScript program, as source for QuickJS.
 *
 * It gives a function of the program's source, the JSON of its constants, the longest result and the host's search for regular
 * expressions; that one compiles the program, freezes everything that runs could leave something in, and gives `{ run, settled }`:
 *
 * - `run(input, now)` answers a letter and a text: `o` and the JSON of the result, `f` and why the program failed, `r` and
 *   what is wrong with its result, `m` where it ran out of memory; or `p`, where the result is a promise;
 * - `settled()` answers the same for the promise, once all jobs are done.
 *
 * Compiling text is taken away: a `let` at the top of such a text would outlive the run. So are weak references, which
 * would show when memory is cleaned up. Built-in properties become accessors where a program may want to give an object
 * its own: assigning over an inherited frozen property fails otherwise, such as `error.name = …`.
 */
export const JAVASCRIPT_REALM = `
(function (source, constantsText, maxOutput, search) {
  'use strict';
  ${REGEXP_REALM}
  const forgetText = replaceRegExp(search);
  const program = new Function('record', 'variables', 'constants', '"use strict";' + source);
  const constants = JSON.parse(constantsText);
  let now = 0;
  let promised;

  const RealDate = Date;
  const clock = function Date(...parts) {
    if (new.target === undefined) return new RealDate(now).toString();
    return Reflect.construct(RealDate, parts.length === 0 ? [now] : parts, new.target);
  };
  Object.defineProperty(clock, 'prototype', { value: RealDate.prototype, writable: false });
  Object.defineProperty(clock, 'length', { value: 7 });
  clock.now = () => now;
  clock.parse = RealDate.parse;
  clock.UTC = RealDate.UTC;
  RealDate.prototype.constructor = clock;
  globalThis.Date = clock;
  Math.random = () => {
    throw new TypeError('Math.random is not there: a record gives the same result each time');
  };

  const refused = function Function() {
    throw new TypeError('Programs cannot compile text');
  };
  const kinds = [function () {}, function* () {}, async function () {}, async function* () {}];
  for (const kind of kinds) {
    Object.defineProperty(Object.getPrototypeOf(kind), 'constructor', { value: refused });
  }
  Object.defineProperty(refused, 'prototype', { value: Function.prototype });
  globalThis.Function = refused;
  for (const name of ['eval', 'FinalizationRegistry', 'WeakRef']) delete globalThis[name];

  const errors = Reflect.ownKeys(globalThis)
    .map((name) => globalThis[name])
    .filter((value) => typeof value === 'function' && Object.prototype.isPrototypeOf.call(Error, value));
  for (const holder of [Object, Error, ...errors].map(({ prototype }) => prototype)) allowOwn(holder);
  freezeAll([
    globalThis,
    constants,
    ...kinds,
    kinds[1](),
    kinds[3](),
    [][Symbol.iterator](),
    new Map().entries(),
    new Set().values(),
    ''[Symbol.iterator](),
    ''.matchAll(/a/g),
    [].values().map?.((item) => item),
    globalThis.Iterator?.from({ next() {} }),
    (function () { return arguments; })(),
  ]);

  function allowOwn(holder) {
    for (const key of Reflect.ownKeys(holder)) {
      const { value, enumerable, configurable, writable } = Object.getOwnPropertyDescriptor(holder, key);
      if (!configurable || !writable) continue;
      Object.defineProperty(holder, key, {
        enumerable,
        get: () => value,
        set(own) {
          if (this === holder) throw new TypeError('Built-in objects cannot be changed');
          Object.defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true });
        },
      });
    }
  }

  function freezeAll(roots) {
    const seen = new Set();
    const rest = roots;
    while (rest.length > 0) {
      const value = rest.pop();
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
      seen.add(value);
      rest.push(Object.getPrototypeOf(value));
      for (const key of Reflect.ownKeys(value)) {
        const property = Object.getOwnPropertyDescriptor(value, key);
        rest.push(property.value, property.get, property.set);
      }
    }
    for (const value of seen) Object.freeze(value);
  }

  function run(input, time) {
    now = time;
    forgetText();
    promised = undefined;
    const { record, variables } = JSON.parse(input);
    let result;
    try {
      result = program(record, variables ?? {}, constants);
      if (!(result instanceof Promise)) return write(result);
      const mine = {};
      promised = mine;
      Promise.prototype.then.call(
        result,
        (value) => { mine.answer ??= write(value); },
        (error) => { mine.answer ??= describe(error); },
      );
      return 'p';
    } catch (error) {
      return describe(error);
    }
  }

  function settled() {
    return promised.answer ?? 'rThe program gave a promise that never settles; there is nothing to wait for in a program';
  }

  function write(value) {
    if (value === undefined || value === null) return 'onull';
    let text;
    try {
      text = JSON.stringify(value);
    } catch (error) {
      const described = describe(error);
      return described[0] === 'm' ? described : 'rThe result cannot be written as JSON: ' + described.slice(1);
    }
    if (text === undefined) return 'rThe program gave a ' + typeof value + ', which is no record';
    if (text === 'null') return 'rThe program gave ' + (typeof value === 'number' ? 'a number' : 'something') + ' that JSON cannot write; null itself drops the record';
    if (text.length > maxOutput) return 'rThe result has more than ' + maxOutput + ' characters of JSON';
    return 'o' + text;
  }

  function describe(thrown) {
    try {
      if (typeof thrown !== 'object' || thrown === null) return 'f' + shorten(String(thrown));
      const message = shorten(String(thrown.message ?? thrown));
      if (thrown instanceof InternalError && message === 'out of memory') return 'm';
      const line = thrown instanceof Error ? lineOf(thrown) : '';
      return 'f' + (typeof thrown.name === 'string' ? shorten(thrown.name) + ': ' : '') + message + line;
    } catch {
      return 'fit threw something that cannot be shown';
    }
  }

  function shorten(text) {
    return text.length > 500 ? text.slice(0, 500) + '…' : text;
  }

  function lineOf({ stack }) {
    if (typeof stack !== 'string') return '';
    const [, place] = stack.slice(0, 5000).split('<input>:', 2);
    const line = Number.parseInt(place, 10);
    return line > 2 ? ' (line ' + (line - 2) + ')' : '';
  }

  return { run, settled };
})
`;
