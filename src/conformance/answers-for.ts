import { parsePath, setPath } from '../core/field-path.ts';
import { type DataRecord, isRecord, type Json, plainText } from '../core/record.ts';
import type { HttpAnswer } from '../http/types.ts';

/** Values at paths of an answer: `status`, `headers.x`, `body.error.code`. */
type Wish = readonly (readonly [path: string, value: Json | undefined])[];

/** More alternatives than these show nothing new. */
const MOST = 64;

const STATUSES = [400, 403, 200, 401, 404, 409, 422, 423, 429, 500, 503];

/**
 * Makes up answers for which a condition may hold; who asks has to see whether it does.
 *
 * Tests of an object are turned around, and of an expression its comparisons are.
 */
export function answersFor(condition: unknown): HttpAnswer[] {
  const wishes = typeof condition === 'string' ? wishesOfText(condition) : wishesOf(condition);
  return wishes.slice(0, MOST).flatMap((wish) => {
    const isStatus = wish.some(([path]) => path === 'status');
    const statuses = isStatus ? [undefined] : STATUSES;
    return statuses.map((status) => toAnswer(status === undefined ? wish : [...wish, ['status', status]]));
  });
}

function wishesOf(condition: unknown): Wish[] {
  if (typeof condition === 'string') return wishesOfText(condition);
  if (!isRecord(condition as Json)) return [[]];
  const { field, all, any, ...tests } = condition as DataRecord;
  const own = typeof field === 'string' ? valuesFor(tests).map((value): Wish => [[field, value]]) : [[]];
  const together = (all ?? []) as readonly Json[];
  const alternatives = any === undefined ? [[]] : (any as readonly Json[]).flatMap(wishesOf);
  return [own, ...together.map(wishesOf), alternatives].reduce(cross, [[]]);
}

function cross(left: readonly Wish[], right: readonly Wish[]): Wish[] {
  return left.flatMap((a) => right.map((b): Wish => [...a, ...b])).slice(0, MOST);
}

function valuesFor(tests: DataRecord): (Json | undefined)[] {
  const {
    equals,
    in: list,
    exists,
    empty,
    greaterThan,
    atLeast,
    lessThan,
    atMost,
    contains,
    startsWith,
    endsWith,
    type,
  } = tests;
  if (equals !== undefined) return [equals];
  if (Array.isArray(list)) return list as Json[];
  if (exists !== undefined) return [exists === true ? 'made up' : undefined];
  if (empty !== undefined) return [empty === true ? undefined : 'made up'];
  const bound = [atLeast, atMost, greaterThan, lessThan].find((each) => each !== undefined);
  if (typeof bound === 'number') return [greaterThan === undefined ? bound : bound + 1, bound - 1];
  if (contains !== undefined) return [contains, [contains]];
  if (startsWith !== undefined || endsWith !== undefined) return [plainText(startsWith) + plainText(endsWith)];
  return typeof type === 'string' ? [TYPED[type] ?? null] : ['made up', undefined];
}

const TYPED: Readonly<Record<string, Json>> = {
  text: 'made up',
  number: 1,
  boolean: true,
  object: { made: 'up' },
  list: ['made up'],
  null: null,
};

const COMPARISON =
  /((?:status|body|headers)(?:\.(?:\w+|"[^"]{1,80}")|\[\d{1,3}\]){0,8})\s{0,3}==\s{0,3}(?:'([^']{0,200})'|`([^`]{0,200})`)/g;
const CALL =
  /(?:contains|starts_with|ends_with)\(\s{0,3}((?:body|headers)(?:\.(?:\w+|"[^"]{1,80}")|\[\d{1,3}\]){0,8})(?:\s{0,3}\|\|\s{0,3}''){0,1}\s{0,3},\s{0,3}'([^']{0,200})'/g;

/** All comparisons of an expression at once, and each by itself: "and" wants the one, "or" the other. */
function wishesOfText(text: string): Wish[] {
  const compared = [...text.matchAll(COMPARISON)].map(([, path = '', word, literal]): Wish[number] => [
    path,
    word ?? literalOf(literal ?? 'null'),
  ]);
  const called = [...text.matchAll(CALL)].map(([, path = '', word = '']): Wish[number] => [path, word]);
  const all = [...compared, ...called];
  const pairs = all.flatMap((one, index) => all.slice(index + 1).map((other): Wish => [one, other]));
  return [all, ...all.map((each): Wish => [each]), ...pairs, []];
}

function literalOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function toAnswer(wish: Wish): HttpAnswer {
  const root = wish.reduce<DataRecord>((all, [path, value]) => (value === undefined ? all : place(all, path, value)), {
    status: 400,
    headers: {},
    body: null,
  });
  const { status, headers, body } = root;
  return {
    status: typeof status === 'number' ? status : 400,
    headers: headers as Readonly<Record<string, string>>,
    body,
    ...{ bytes: 0, durationMs: 0, serverTimeMs: undefined },
  };
}

/** Wishes that contradict each other make no answer: the first one stays. */
function place(root: DataRecord, path: string, value: Json): DataRecord {
  try {
    return setPath(root, parsePath(path), value);
  } catch {
    return root;
  }
}
