import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/core/errors.ts';
import type { DataRecord } from '../../src/core/record.ts';
import { SCRIPT_TIME } from '../../src/programs/limits.ts';
import { scriptsForTests } from '../support/scripts.ts';
import { stepRunner, type StepOutcome } from './run-step.ts';

const scripts = scriptsForTests();

function javascript(code: string, options: object = {}): (record?: DataRecord) => Promise<StepOutcome> {
  return stepRunner({ type: 'javascript', code, ...options }, scripts);
}

describe('what a program gives', () => {
  test.each([
    ['return record;', [{ id: 7 }]],
    ['return { a: 1, b: Symbol("x"), [Symbol("k")]: 1, c() {} };', [{ a: 1 }]],
    ['return { then(resolve) { for (;;); }, a: 1 };', [{ a: 1 }]],
    ['const own = Object.create(null); own.a = 1; return own;', [{ a: 1 }]],
    ['return Promise.resolve({ then(resolve) { resolve({ a: 1 }); } });', [{ a: 1 }]],
    ['return [record, { id: 8 }];', [{ id: 7 }, { id: 8 }]],
    ['return [];', []],
    ['return;', []],
    ['return null;', []],
    ['record.id += 1; return record;', [{ id: 8 }]],
    ['return { a: undefined, b: NaN, c: new Date(0) };', [{ b: null, c: '1970-01-01T00:00:00.000Z' }]],
    ['return (async () => { await 1; return { id: 9 }; })();', [{ id: 9 }]],
    ['const own = {}; own.toString = 1; own.constructor = 2; return own;', [{ toString: 1, constructor: 2 }]],
    ['return { text: "\\ud800 ä 😀" };', [{ text: '\ud800 ä 😀' }]],
    ['return { zone: new Date(2020, 6, 1).toISOString() };', [{ zone: '2020-07-01T00:00:00.000Z' }]],
    [
      'const then = Date.now(); for (let i = 0; i < 1e5; i += 1); return { same: then === +new Date() };',
      [{ same: true }],
    ],
    ['return { clock: Math.abs(Date.now() - constants.now) < 600000 };', [{ clock: true }]],
  ])('%s', async (code, expected) => {
    expect(await javascript(code, { constants: { now: Date.now() } })({ id: 7 })).toEqual(expected);
  });

  test('keeps odd keys and texts of the record', async () => {
    const record = JSON.parse('{"__proto__":{"a":1},"constructor":2,"lone":"\\ud800","big":1e308}') as DataRecord;
    expect(JSON.stringify(await javascript('return record;')(record))).toBe(JSON.stringify([record]));
  });

  test.each([
    ['return 5;', 'The result is a number; a program gives a record, a list of records, or null to drop the record'],
    ['return [1];', 'Item 0 of the result is a number; a program gives a record'],
    ['return () => 1;', 'The program gave a function, which is no record'],
    ['return 1n;', 'cannot be written as JSON'],
    ['return NaN;', 'The program gave a number that JSON cannot write'],
    ['return new Date(NaN);', 'The program gave something that JSON cannot write'],
    ['return Symbol("x");', 'The program gave a symbol, which is no record'],
    ['let a = []; for (let i = 0; i < 1e5; i += 1) a = [a]; return { a };', 'cannot be written as JSON'],
    ['const a = {}; a.a = a; return a;', 'circular reference'],
    ['return { get a() { throw new Error("odd getter"); } };', 'odd getter'],
    ['return new Proxy({}, { ownKeys() { throw new Error("odd proxy"); } });', 'odd proxy'],
    ['return { toJSON() { return 7; } };', 'The result is a number'],
    ['return new Promise(() => undefined);', 'a promise that never settles'],
    ['return { text: "x".repeat(9000000) };', 'The result has more than 8388608 characters of JSON'],
  ])('is refused: %s', async (code, message) => {
    const outcome = await javascript(code)();
    expect(outcome).toEqual({ code: 'ERR_SCRIPT_RESULT', message: expect.stringContaining(message) as unknown });
  });
});

describe('what a program throws fails the record', () => {
  test.each([
    ['throw new Error("No SKU");', 'The program failed: Error: No SKU (line 1)'],
    ['\n\nthrow new TypeError("third");', 'The program failed: TypeError: third (line 3)'],
    ['class Mine extends Error { name = "Mine"; } throw new Mine("own");', 'Mine: own'],
    ['const error = new Error("x"); error.name = "Named"; throw error;', 'Named: x'],
    ['throw null;', 'The program failed: null'],
    ['throw { toString() { throw 1; } };', 'something that cannot be shown'],
    ['throw { message: { toString: () => ({}) } };', 'something that cannot be shown'],
    ['throw new Proxy(new Error("x"), { get() { throw new Error("again"); } });', 'something that cannot be shown'],
    ['throw Symbol("x");', 'The program failed: Symbol(x)'],
    ['return Promise.reject(new Error("later"));', 'Error: later'],
    ['return record.a.b.c;', "cannot read property 'b' of undefined"],
    ['function down() { down(); } down();', 'stack overflow'],
    ['return JSON.parse("[".repeat(100000));', 'stack overflow'],
    ['throw new Error("long ".repeat(1000));', '…'],
  ])('%s', async (code, message) => {
    const outcome = await javascript(code)();
    expect(outcome).toEqual({ code: 'ERR_SCRIPT_FAILED', message: expect.stringContaining(message) as unknown });
  });
});

describe('there is no way out', () => {
  test.each([
    'return eval("1");',
    'return Function("return 1")();',
    'return new Function("return 1")();',
    'return ({}).constructor.constructor("return this")();',
    'return Object.getPrototypeOf(async function () {}).constructor("return 1")();',
    'return Reflect.construct(Object.getPrototypeOf(function* () {}).constructor, ["yield 1"]);',
    'return import("node:fs").then(() => ({ out: true }));',
    'return require("node:fs");',
    'return process.env;',
    'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
    'return structuredClone(record);',
    'return record.constructor.constructor("return this")();',
    'return fetch("http://127.0.0.1");',
    'return { out: this.globalThis };',
    'return arguments.callee;',
    'leaked = 1; return record;',
    'return { random: Math.random() };',
  ])('%s', async (code) => {
    expect(await javascript(code)()).toMatchObject({ code: 'ERR_SCRIPT_FAILED' });
  });

  test('the world of a program holds nothing but the language', async () => {
    const code = 'return { names: Object.getOwnPropertyNames(globalThis) };';
    const [world] = (await javascript(code)()) as { names: string[] }[];
    const unknown = world?.names.filter(
      (name) => !(name in globalThis) && !['InternalError', 'Iterator', 'Float16Array'].includes(name),
    );
    expect(unknown).toEqual([]);
    for (const name of ['process', 'require', 'fetch', 'console', 'setTimeout', 'eval', 'WeakRef', 'WebAssembly']) {
      expect(world?.names).not.toContain(name);
    }
  });
});

describe('one record cannot change what the next sees', () => {
  test.each([
    'Object.prototype.seen = 1;',
    'Array.prototype.push = () => 1;',
    'globalThis.seen = 1;',
    'Object.defineProperty(globalThis, "seen", { value: 1 });',
    'Object.setPrototypeOf(Array.prototype, { seen: 1 });',
    'JSON.parse = () => ({ seen: 1 });',
    '(function* () {}).constructor.prototype.seen = 1;',
    '[][Symbol.iterator]().__proto__.next = () => ({ done: true });',
    'Error.prepareStackTrace = () => "seen";',
    'constants.list.push(1);',
    'constants.seen = 1;',
    'Date.now = () => 1;',
    'Promise.prototype.then = () => 1;',
    'RegExp.prototype.exec = () => null;',
  ])('%s', async (change) => {
    const code = `
      if (record.first) { ${change} }
      const own = [];
      own.push('a', ...[1]);
      return {
        own, seen: globalThis.seen ?? own.seen ?? constants.seen ?? 'nothing', list: constants.list,
        json: JSON.parse('{"a":1}'), match: /a/.test('a'), clock: Date.now() > 1e12,
      };`;
    const run = javascript(code, { constants: { list: [] } });
    expect(await run({ first: true })).toMatchObject({ code: 'ERR_SCRIPT_FAILED' });
    expect(await run({})).toEqual([
      { own: ['a', 1], seen: 'nothing', list: [], json: { a: 1 }, match: true, clock: true },
    ]);
  });

  test('what a record leaves to be done later is over before the next', async () => {
    const run = javascript(`
      const seen = [];
      if (record.first) Promise.resolve().then(() => { seen.push(1); throw new Error('late'); });
      return { seen };`);
    expect(await run({ first: true })).toEqual([{ seen: [] }]);
    expect(await run({})).toEqual([{ seen: [] }]);
  });
});

describe('programs that do not end', () => {
  test.each([
    ['a loop', 'for (;;);'],
    ['a loop in what it throws', 'throw { get message() { for (;;); } };'],
    ['a loop in what it gives', 'return { toJSON() { for (;;); } };'],
    ['a loop in a proxy', 'return new Proxy({}, { ownKeys() { for (;;); } });'],
    [
      'a list that says it is long',
      'return new Proxy([], { get: (list, key) => (key === "length" ? 1e9 : list[key]) });',
    ],
    ['calls that end in calls', 'function f() { try { f(); } finally { f(); } } f();'],
    ['jobs for ever', '(function again() { Promise.resolve().then(again); })(); return record;'],
    ['regular expressions without end', 'for (;;) /(a+)+$/.test("a".repeat(40) + "b");'],
    ['a loop that catches', 'for (;;) { try { for (;;); } catch {} }'],
    ['a call that cannot be interrupted', 'return { length: (2n ** 1000000n).toString().length };'],
  ])('%s', async (_title, code) => {
    const outcome = await javascript(code, { timeoutMs: 50 })();
    expect(outcome).toEqual({
      code: 'ERR_SCRIPT_TIME',
      message: expect.stringContaining('The program took longer than 50 ms') as unknown,
    });
  });

  test.each([
    ['a list', 'return new Array(1e9).fill(0);'],
    ['buffers', 'const all = []; for (;;) all.push(new Uint8Array(1e7));'],
    ['small buffers', 'const all = []; for (;;) all.push(new ArrayBuffer(1e6));'],
    ['texts', 'const all = []; for (;;) all.push("x".repeat(1e6) + all.length);'],
    ['a map of buffers', 'const all = new Map(); for (;;) all.set(all.size, new Float64Array(1e5));'],
  ])('programs that take all memory: %s', async (_title, code) => {
    expect(await javascript(code, { timeoutMs: SCRIPT_TIME.most })()).toEqual({
      code: 'ERR_SCRIPT_MEMORY',
      message: 'The program needed more than 64 MB of memory',
    });
  });

  test('what earlier records left behind does not count for the next', async () => {
    const run = javascript(
      `
      const held = [];
      const again = () => [again, held];
      held.push(again, new Uint8Array(6e7));
      return { id: record.id };`,
      { timeoutMs: SCRIPT_TIME.most },
    );
    for (let id = 0; id < 5; id += 1) expect(await run({ id })).toEqual([{ id }]);
  });

  test('texts that grow for ever', async () => {
    const outcome = await javascript('let text = "x"; for (;;) text += text;')();
    expect(outcome).toMatchObject({ code: expect.stringMatching(/^ERR_SCRIPT_(FAILED|MEMORY|TIME)$/) as unknown });
  });
});

describe('a slip is told when the step is created', () => {
  test.each([
    ['return record', undefined],
    ['retur record;', "is no program: Unexpected identifier 'record' (line 1, column 7)"],
    ['return record;\n}', "is no program: Unexpected token '}' (line 2, column 1)"],
    ['}, function () {', "is no program: Unexpected token '}'"],
    ['with (record) {}', 'Strict mode code may not include a with statement'],
  ])('%s', (code, problem) => {
    if (problem === undefined) expect(() => javascript(code)).not.toThrow();
    else expect(() => javascript(code)).toThrow(problem);
    if (problem !== undefined) expect(() => javascript(code)).toThrow(ConfigError);
  });

  test('the path names the program', () => {
    expect(() => javascript('}')).toThrow('transformers[0].code');
  });
});
