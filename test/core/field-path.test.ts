import { ConfigError, TransformError } from '../../src/core/errors.ts';
import { formatPath, getPath, parsePath, removePath, setPath } from '../../src/core/field-path.ts';
import type { DataRecord, Json } from '../../src/core/record.ts';
import { thrown } from './thrown.ts';

describe('parsePath', () => {
  test.each([
    ['a', ['a']],
    ['a.b', ['a', 'b']],
    ['a[0].b', ['a', 0, 'b']],
    ['a[0][-1]', ['a', 0, -1]],
    ['a.0', ['a', '0']],
    ['site-id.x y', ['site-id', 'x y']],
    ['"e.mail".work', ['e.mail', 'work']],
    ['a."\\"[]"', ['a', '"[]']],
    ['__proto__.constructor', ['__proto__', 'constructor']],
  ])('%s', (text, path) => {
    expect(parsePath(text)).toEqual(path);
    if (text !== 'a.0') expect(formatPath(parsePath(text))).toBe(text);
  });

  test.each(['', '.', '.a', 'a.', 'a..b', 'a[', 'a[x]', 'a[0', 'a[0]b', 'a]', '"a', 'a"b"', 'a[1.5]', 'a.[0]'])(
    'refuses "%s"',
    (text) => {
      expect(() => parsePath(text)).toThrow(ConfigError);
      expect(thrown(() => parsePath(text))).toMatchObject({ code: 'ERR_FIELD_PATH' });
    },
  );
});

const RECORD: DataRecord = {
  id: 1,
  none: null,
  client: { id: 12, site: { name: 'Main' } },
  lines: [{ sku: 'A' }, { sku: 'B' }],
};

test.each([
  ['id', 1],
  ['client.site.name', 'Main'],
  ['lines[0].sku', 'A'],
  ['lines[-1].sku', 'B'],
  ['lines.1.sku', 'B'],
  ['none', null],
  ['none.x', undefined],
  ['lines[2]', undefined],
  ['lines.length', undefined],
  ['id.x', undefined],
  ['constructor', undefined],
  ['client.__proto__', undefined],
  ['client.toString.name', undefined],
])('reads %s', (path, value) => {
  expect(getPath(RECORD, parsePath(path))).toEqual(value);
});

describe('setPath', () => {
  test.each([
    ['id', { ...RECORD, id: 9 }],
    ['none.x', { ...RECORD, none: { x: 9 } }],
    ['client.site.name', { ...RECORD, client: { id: 12, site: { name: 9 } } }],
    ['new.deep.er', { ...RECORD, new: { deep: { er: 9 } } }],
    ['new[0].x', { ...RECORD, new: [{ x: 9 }] }],
    ['lines[1].sku', { ...RECORD, lines: [{ sku: 'A' }, { sku: 9 }] }],
    ['lines[-2].sku', { ...RECORD, lines: [{ sku: 9 }, { sku: 'B' }] }],
    ['lines[2]', { ...RECORD, lines: [{ sku: 'A' }, { sku: 'B' }, 9] }],
  ])('sets %s', (path, result) => {
    expect(setPath(RECORD, parsePath(path), 9)).toEqual(result);
  });

  test('shares everything beside the path', () => {
    const result = setPath(RECORD, ['client', 'site', 'name'], 'x');
    expect(result['lines']).toBe(RECORD['lines']);
    expect(getPath(RECORD, ['client', 'site', 'name'])).toBe('Main');
  });

  test.each(['id.x', 'lines[3]', 'lines[-3]', 'lines.name', 'client.site.name.x'])('cannot set %s', (path) => {
    expect(() => setPath(RECORD, parsePath(path), 9)).toThrow(TransformError);
  });
});

describe('removePath', () => {
  test.each([
    ['none', ({ id, client, lines }: DataRecord) => ({ id, client, lines })],
    ['client.site', (record: DataRecord) => ({ ...record, client: { id: 12 } })],
    ['lines[0]', (record: DataRecord) => ({ ...record, lines: [{ sku: 'B' }] })],
    ['lines[-1].sku', (record: DataRecord) => ({ ...record, lines: [{ sku: 'A' }, {}] })],
  ])('removes %s', (path, expected) => {
    expect(removePath(RECORD, parsePath(path))).toEqual(expected(RECORD));
  });

  test.each(['x', 'client.x.y', 'lines[5]', 'lines[0].x', 'id.x', 'constructor', '__proto__'])(
    'leaves the record alone without %s',
    (path) => {
      expect(removePath(RECORD, parsePath(path))).toBe(RECORD);
    },
  );
});

/** Small repeatable random numbers, so that a failure can be run again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

const KEYS = ['a', 'b', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '0', 'e.mail', 'x"y'];

function randomJson(next: (below: number) => number, depth: number): Json {
  const kind = next(depth > 0 ? 6 : 3);
  if (kind === 0) return null;
  if (kind === 1) return next(100);
  if (kind === 2) return 'text';
  if (kind === 3) return Array.from({ length: next(4) }, () => randomJson(next, depth - 1));
  return randomRecord(next, depth - 1);
}

function randomRecord(next: (below: number) => number, depth: number): DataRecord {
  const entries = Array.from(
    { length: next(5) },
    () => [KEYS[next(KEYS.length)] ?? 'a', randomJson(next, depth)] as const,
  );
  return Object.fromEntries(entries);
}

test('holds its promises on a thousand random records and paths', () => {
  const pristine = Object.getOwnPropertyNames(Object.prototype);
  for (let seed = 1; seed <= 1_000; seed += 1) {
    const next = random(seed);
    const record = randomRecord(next, 4);
    const before = JSON.stringify(record);
    const path = Array.from({ length: 1 + next(4) }, () =>
      next(4) === 0 ? next(4) - 1 : (KEYS[next(KEYS.length)] ?? 'a'),
    );
    const written = parsePath(formatPath([KEYS[next(KEYS.length)] ?? 'a', ...path]));

    const removed = removePath(record, written);
    if (getPath(record, written) === undefined) expect(removed).toBe(record);
    try {
      const changed = setPath(record, written, 'new');
      expect(getPath(changed, written)).toBe('new');
      expect(JSON.stringify(setPath(changed, written, 'new'))).toBe(JSON.stringify(changed));
      expect(Object.getPrototypeOf(changed)).toBe(Object.prototype);
    } catch (error) {
      expect(error).toBeInstanceOf(TransformError);
    }
    expect(JSON.stringify(record)).toBe(before);
  }
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(pristine);
});

test('an own "__proto__" survives and pollutes nothing', () => {
  const record = JSON.parse('{"__proto__":{"admin":true},"a":1}') as DataRecord;
  const changed = setPath(record, ['__proto__', 'more'], 1);
  expect(JSON.stringify(changed)).toBe('{"__proto__":{"admin":true,"more":1},"a":1}');
  expect(JSON.stringify(setPath({ a: 1 }, ['__proto__', 'admin'], true))).toBe('{"a":1,"__proto__":{"admin":true}}');
  expect(JSON.stringify(removePath(record, ['a']))).toBe('{"__proto__":{"admin":true}}');
  expect(JSON.stringify(removePath(record, ['__proto__']))).toBe('{"a":1}');
  expect((changed as { admin?: unknown }).admin).toBeUndefined();
  expect(({} as { admin?: unknown }).admin).toBeUndefined();
});
