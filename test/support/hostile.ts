import type { DataRecord, Json } from '../../src/core/record.ts';

/** Random numbers that are the same in every run. */
export type Random = () => number;

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

const TEXTS = [
  '',
  ' ',
  'NaN',
  'Infinity',
  '-Infinity',
  '1e999',
  '-0',
  '0x10',
  '1,5',
  '9007199254740993',
  '2025-02-31',
  '99999-01-01',
  '2025-01-01T25:00:00Z',
  '__proto__',
  'constructor',
  'undefined',
  'null',
  '\u0000',
  '\ud800',
  'İ',
  '👩‍👩‍👧',
  '&{id}',
  '${HOME}',
  '{"__proto__":{"polluted":true}}',
  '<script',
  '<!--',
  '"',
  'a,"b',
  '%E0%A4%A',
  '&#1114112;',
  '='.repeat(50),
];

const NUMBERS = [0, -0, 1, -1, 0.1, 1e308, -1e308, 5e-324, 2 ** 53, -(2 ** 31), 1e21, 8.64e15, 8.64e15 + 1, 1e11];

const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '',
  '.',
  '*',
  '$1',
  '0',
  '-1',
  'length',
  'a.b',
  'a"b',
];

/** A value that somebody means ill with. */
export function hostileValue(random: Random, depth = 0): Json {
  const kind = Math.floor(random() * (depth > 3 ? 5 : 9));
  if (kind === 0) return pick(random, TEXTS);
  if (kind === 1) return pick(random, NUMBERS);
  if (kind === 2) return pick(random, [null, true, false]);
  if (kind === 3) return pick(random, [[], {}]);
  if (kind === 4) return pick(random, TEXTS).repeat(Math.floor(random() * 50));
  if (kind === 5) return Array.from({ length: Math.floor(random() * 5) }, () => hostileValue(random, depth + 1));
  if (kind === 6) return hostileRecord(random, depth + 1);
  if (kind === 7) return random() < 0.05 ? nested(pick(random, [200, 5_000, 20_000])) : nested(20);
  return random() < 0.05 ? pick(random, ['a', '<', '&', '"', '1']).repeat(100_000) : 'x';
}

/** A record with keys that mean something to JavaScript; as own keys, as a parser makes them. */
export function hostileRecord(random: Random, depth = 0): DataRecord {
  const entries = Array.from({ length: 1 + Math.floor(random() * 5) }, () => {
    return [pick(random, KEYS), hostileValue(random, depth + 1)] as const;
  });
  return Object.fromEntries(entries);
}

function nested(depth: number): Json {
  let value: Json = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** The value with one part of it replaced by a hostile one. */
export function spoil(random: Random, value: Json): Json {
  if (typeof value !== 'object' || value === null || random() < 0.15) return hostileValue(random);
  const keys = Object.keys(value);
  if (keys.length === 0) return hostileValue(random);
  const spoilt = pick(random, keys);
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((item, index) => (String(index) === spoilt ? spoil(random, item) : item));
  }
  const entries = Object.entries<Json>(value).map(([key, item]): [string, Json] => [
    random() < 0.05 ? pick(random, KEYS) : key,
    key === spoilt ? spoil(random, item) : item,
  ]);
  return Object.fromEntries(random() < 0.2 ? [...entries, [pick(random, KEYS), hostileValue(random)]] : entries);
}

/** What is no JSON in a value: undefined, NaN, functions; without recursion, as values may be deep. */
export function notJson(root: unknown): unknown[] {
  const found: unknown[] = [];
  const rest: unknown[] = [root];
  for (let value = rest.pop(); rest.length > 0 || value !== undefined; value = rest.pop()) {
    if (typeof value === 'object' && value !== null) {
      const children = Object.values(value) as unknown[];
      if (children.some((child) => child === undefined)) found.push('undefined');
      for (const child of children) if (child !== undefined) rest.push(child);
    } else if (!['string', 'boolean'].includes(typeof value) && value !== null && !Number.isFinite(value)) {
      found.push(value);
    }
  }
  return found;
}
