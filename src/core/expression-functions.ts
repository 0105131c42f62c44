import { charge, chargeSearch, chargeText, chargeWhole, ExpressionFault, type Work } from './expression-work.ts';
import { compareTexts } from './compare-texts.ts';
import { jsonEqual } from './json-equal.ts';
import { isRecord, type DataRecord, type Json } from './record.ts';

/** What an argument may be. An `expression` is written `&name` and handed over as `call.each`. */
export type ParameterKind =
  'any' | 'text' | 'number' | 'list' | 'object' | 'list of texts' | 'list of numbers' | 'list of lists' | 'expression';

/** What a function has besides its values. */
export interface Call {
  readonly work: Work;
  /** Evaluates the expression argument on one item; null where the item has nothing there. */
  readonly each: (item: Json) => Json;
}

/**
 * One function of JMESPath. Arguments arrive checked against `parameters`, expressions taken out.
 *
 * It answers undefined where it found nothing (`max` of an empty list), which counts as missing.
 */
export interface ExpressionFunction {
  readonly parameters: readonly (readonly ParameterKind[])[];
  /** Parameters at the end that may be left out. */
  readonly optional?: number;
  /** The last parameter may be repeated. */
  readonly variadic?: boolean;
  // The checked kinds stand in `parameters`; each function names them again where it takes its arguments apart.
  readonly call: (args: readonly Json[], call: Call) => Json | undefined;
}

const ANY = ['any'] as const;
const TEXT = ['text'] as const;
const NUMBER = ['number'] as const;
const LIST = ['list'] as const;
const OBJECT = ['object'] as const;
const EXPRESSION = ['expression'] as const;
const NUMBERS = ['list of numbers'] as const;
const SORTABLE = ['list of numbers', 'list of texts'] as const;

type Sortable = number | string;

const FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  abs: numeric(Math.abs),
  ceil: numeric(Math.ceil),
  floor: numeric(Math.floor),
  lower: textual((text) => text.toLowerCase()),
  upper: textual((text) => text.toUpperCase()),
  avg: { parameters: [NUMBERS], call: ([list]) => average(list as number[]) },
  sum: { parameters: [NUMBERS], call: ([list]) => sum(list as number[]) },
  max: { parameters: [SORTABLE], call: ([list]) => extreme(list as Sortable[], (item) => item, 1) },
  min: { parameters: [SORTABLE], call: ([list]) => extreme(list as Sortable[], (item) => item, -1) },
  max_by: { parameters: [LIST, EXPRESSION], call: ([list], { each }) => extreme(list as Json[], sortKey(each), 1) },
  min_by: { parameters: [LIST, EXPRESSION], call: ([list], { each }) => extreme(list as Json[], sortKey(each), -1) },
  sort: { parameters: [SORTABLE], call: ([list], { work }) => sort(list as Sortable[], (item) => item, work) },
  sort_by: {
    parameters: [LIST, EXPRESSION],
    call: ([list], { each, work }) => sort(list as Json[], sortKey(each), work),
  },
  map: { parameters: [EXPRESSION, LIST], call: ([list], { each }) => (list as Json[]).map(each) },
  group_by: { parameters: [LIST, EXPRESSION], call: ([list], { each }) => groupBy(list as Json[], each) },
  contains: { parameters: [['text', 'list'], ANY], call: ([whole, part], { work }) => contains(whole, part, work) },
  starts_with: { parameters: [TEXT, TEXT], call: ([text, part]) => (text as string).startsWith(part as string) },
  ends_with: { parameters: [TEXT, TEXT], call: ([text, part]) => (text as string).endsWith(part as string) },
  find_first: finder((text, part) => text.indexOf(part)),
  find_last: finder((text, part) => text.lastIndexOf(part)),
  join: {
    parameters: [TEXT, ['list of texts']],
    call: ([glue, list], { work }) => glued(list as string[], glue as string, work),
  },
  split: {
    parameters: [TEXT, TEXT, NUMBER],
    optional: 1,
    call: ([text, by, count], { work }) => split(text as string, by as string, count, work),
  },
  replace: {
    parameters: [TEXT, TEXT, TEXT, NUMBER],
    optional: 1,
    call: ([text, old, by, count], { work }) =>
      glued(split(text as string, old as string, count, work), by as string, work),
  },
  pad_left: padder((text, width, by) => text.padStart(width, by)),
  pad_right: padder((text, width, by) => text.padEnd(width, by)),
  trim: trimmer(true, true),
  trim_left: trimmer(true, false),
  trim_right: trimmer(false, true),
  length: { parameters: [['text', 'list', 'object']], call: ([value]) => lengthOf(value) },
  reverse: { parameters: [['text', 'list']], call: ([value]) => reverse(value as string | Json[]) },
  keys: { parameters: [OBJECT], call: ([object]) => Object.keys(object as DataRecord) },
  values: { parameters: [OBJECT], call: ([object]) => Object.values(object as DataRecord) },
  items: { parameters: [OBJECT], call: ([object]) => Object.entries(object as DataRecord) },
  from_items: { parameters: [['list of lists']], call: ([pairs]) => fromItems(pairs as Json[][]) },
  // A spread defines own keys, also "__proto__"; Object.assign would set the prototype.
  merge: {
    parameters: [OBJECT],
    variadic: true,
    call: (objects) => (objects as DataRecord[]).reduce((all, object) => ({ ...all, ...object }), {}),
  },
  zip: { parameters: [LIST], variadic: true, call: (lists, { work }) => zip(lists as Json[][], work) },
  not_null: { parameters: [ANY], variadic: true, call: (values) => values.find((value) => value !== null) },
  to_array: {
    parameters: [ANY],
    call: ([value]) => (Array.isArray(value) ? (value as readonly Json[]) : [value ?? null]),
  },
  to_number: { parameters: [ANY], call: ([value]) => toNumber(value) },
  to_string: { parameters: [ANY], call: ([value], { work }) => toText(value, work) },
  type: { parameters: [ANY], call: ([value]) => typeName(value) },
};

export const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);

export function findFunction(name: string): ExpressionFunction | undefined {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
}

/** Name of a value's type as JMESPath's `type()` gives it. */
export function typeName(value: Json | undefined): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Tells whether a value may stand for a parameter. */
export function isOfKind(value: Json, kind: ParameterKind): boolean {
  switch (kind) {
    case 'any':
      return true;
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'object':
      return isRecord(value);
    case 'list':
      return Array.isArray(value);
    case 'list of texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'list of numbers':
      return Array.isArray(value) && value.every((item) => typeof item === 'number');
    case 'list of lists':
      return Array.isArray(value) && value.every((item) => Array.isArray(item));
    case 'expression':
      return false;
  }
}

function numeric(compute: (value: number) => number): ExpressionFunction {
  return { parameters: [NUMBER], call: ([value]) => compute(value as number) };
}

function textual(compute: (text: string) => string): ExpressionFunction {
  return { parameters: [TEXT], call: ([text]) => compute(text as string) };
}

function average(list: readonly number[]): number | undefined {
  return list.length === 0 ? undefined : sum(list) / list.length;
}

function sum(list: readonly number[]): number {
  return list.reduce((total, item) => total + item, 0);
}

/** Largest item (`sign` 1) or smallest (-1) by its key; the first one where several are equal. */
function extreme<Item extends Json>(
  list: readonly Item[],
  keyOf: (item: Item) => Sortable,
  sign: 1 | -1,
): Item | undefined {
  let best: { item: Item; key: Sortable } | undefined;
  for (const item of list) {
    const key = keyOf(item);
    if (!best || compare(key, best.key) * sign > 0) best = { item, key };
  }
  return best?.item;
}

function sort<Item extends Json>(list: readonly Item[], keyOf: (item: Item) => Sortable, work: Work): Item[] {
  charge(work, list.length * Math.ceil(Math.log2(list.length + 1)));
  const keyed = list.map((item) => ({ item, key: keyOf(item) }));
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ item }) => item);
}

/** Makes a key for sorting of an expression; refuses what has no order. */
function sortKey(each: Call['each']): (item: Json) => Sortable {
  return (item) => {
    const key = each(item);
    if (typeof key === 'number' || typeof key === 'string') return key;
    throw new ExpressionFault(`cannot order items by ${typeName(key)}; each needs a number or a text`);
  };
}

function compare(a: Sortable, b: Sortable): number {
  if (typeof a !== typeof b) throw new ExpressionFault('cannot order numbers and texts together');
  if (a === b) return 0;
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  return a < b ? -1 : 1;
}

function groupBy(list: readonly Json[], each: Call['each']): Json {
  const groups = new Map<string, Json[]>();
  for (const item of list) {
    const key = each(item);
    if (typeof key !== 'string') throw new ExpressionFault(`group_by() needs a text to group by, not ${typeName(key)}`);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return Object.fromEntries(groups);
}

function contains(whole: Json | undefined, part: Json | undefined, work: Work): boolean {
  if (typeof whole === 'string') {
    if (typeof part !== 'string') return false;
    chargeSearch(work, whole, part);
    return whole.includes(part);
  }
  const visit = () => {
    charge(work, 1);
  };
  return (whole as readonly Json[]).some((item) => jsonEqual(item, part, visit));
}

/** `find_first` and `find_last`: the place of a text between two places, or nothing. */
function finder(indexOf: (text: string, part: string) => number): ExpressionFunction {
  return {
    parameters: [TEXT, TEXT, NUMBER, NUMBER],
    optional: 2,
    call: ([text, part, from, to], { work }) => {
      if (text === '' || part === '') return undefined;
      const whole = text as string;
      chargeSearch(work, whole, part as string);
      const start = Math.max(integer(from ?? 0), 0);
      const index = indexOf(whole.slice(start, integer(to ?? whole.length)), part as string);
      return index < 0 ? undefined : index + start;
    },
  };
}

/** Splits at most `count` times; the last item is what remains. */
function split(text: string, by: string, count: Json | undefined, work: Work): string[] {
  chargeSearch(work, text, by);
  if (text === '' && by === '') return [];
  const parts = text.split(by);
  if (count === undefined) return parts;
  const head = parts.slice(0, natural(count));
  return head.length === parts.length ? parts : [...head, parts.slice(head.length).join(by)];
}

/** Joins texts; their length is charged before the text is built. */
function glued(parts: readonly string[], glue: string, work: Work): string {
  chargeText(
    work,
    parts.reduce((total, part) => total + part.length + glue.length, 0),
  );
  return parts.join(glue);
}

function padder(pad: (text: string, width: number, by: string) => string): ExpressionFunction {
  return {
    parameters: [TEXT, NUMBER, TEXT],
    optional: 1,
    call: ([text, width, by = ' '], { work }) => {
      const filler = by as string;
      if (characters(filler).length !== 1) throw new ExpressionFault('pads with exactly one character');
      chargeText(work, natural(width ?? 0));
      return pad(text as string, natural(width ?? 0), filler);
    },
  };
}

/** Takes characters off the ends: the given ones, else white space. By hand, because `[…]*$` takes quadratic time. */
function trimmer(left: boolean, right: boolean): ExpressionFunction {
  return {
    parameters: [TEXT, TEXT],
    optional: 1,
    call: ([value, characters]) => {
      const text = value as string;
      const isTrimmed = (at: number) => isAnyOf(text.charAt(at), characters as string | undefined);
      let start = 0;
      let end = text.length;
      if (left) while (start < end && isTrimmed(start)) start += 1;
      if (right) while (end > start && isTrimmed(end - 1)) end -= 1;
      return text.slice(start, end);
    },
  };
}

function isAnyOf(character: string, characters: string | undefined): boolean {
  return characters ? characters.includes(character) : /[\s\x85]/.test(character);
}

/** A text's code points, which is what JMESPath counts, not UTF-16 units. */
export function characters(text: string): string[] {
  return Array.from(text);
}

function lengthOf(value: Json | undefined): number {
  if (typeof value === 'string') return characters(value).length;
  return Array.isArray(value) ? value.length : Object.keys(value as DataRecord).length;
}

function reverse(value: string | readonly Json[]): Json {
  return typeof value === 'string' ? characters(value).reverse().join('') : value.toReversed();
}

function fromItems(pairs: readonly (readonly Json[])[]): Json {
  const entries = pairs.map(([key, value]): [string, Json] => {
    if (typeof key !== 'string') throw new ExpressionFault('from_items() needs pairs of a text and a value');
    return [key, value ?? null];
  });
  return Object.fromEntries(entries);
}

function zip(lists: readonly (readonly Json[])[], work: Work): Json {
  const length = Math.min(...lists.map((list) => list.length));
  charge(work, length * lists.length);
  return Array.from({ length }, (_, index) => lists.map((list) => list[index] ?? null));
}

function toNumber(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^\s*[-+]?\d+(\.\d+)?([eE][-+]?\d+)?\s*$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function toText(value: Json | undefined, work: Work): string {
  if (typeof value === 'string') return value;
  chargeWhole(work, value);
  return JSON.stringify(value);
}

function integer(value: Json): number {
  if (Number.isInteger(value)) return value as number;
  throw new ExpressionFault(`needs a whole number, not ${JSON.stringify(value)}`);
}

function natural(value: Json): number {
  const number = integer(value);
  if (number >= 0) return number;
  throw new ExpressionFault(`needs a whole number of 0 or more, not ${number}`);
}
