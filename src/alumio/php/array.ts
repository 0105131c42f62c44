import { TransformError } from '../../core/errors.ts';
import type { DataRecord, Json } from '../../core/record.ts';

/** A PHP array: keys in the order in which they were set. Lists and objects are both of this kind. */
export type PhpArray = Map<string, Php>;

/** A value as PHP knows it. */
export type Php = null | boolean | number | string | PhpArray;

/**
 * Orders of keys that a JavaScript object cannot keep: it puts keys that are numbers first. Chains hand objects on as they
 * are, so the order survives from one step to the next.
 */
const orders = new WeakMap<object, readonly string[]>();

/** Arrays that are list and object in one, by the lists that expressions read in their place. */
const mixed = new WeakMap<object, PhpArray>();

/** A value of a record as PHP reads it: lists and objects become arrays, in the order they had in the step before. */
export function fromJson(value: Json): Php {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const original = mixed.get(value);
    if (original) return copyOf(original);
    return new Map((value as readonly Json[]).map((item, index) => [String(index), fromJson(item)]));
  }
  const object = value as DataRecord;
  const keys = orders.get(object) ?? Object.keys(object);
  return new Map(keys.map((key) => [key, fromJson(object[key] ?? null)]));
}

/** A value as PHP writes it to JSON: an array whose keys are 0, 1, 2 … is a list, and so is an empty one. */
export function toJson(value: Php): Json {
  if (!(value instanceof Map)) return finite(value);
  return isList(value) ? [...value.values()].map(toJson) : objectOf(value, toJson);
}

/**
 * A value as expressions read it: as {@link toJson}, but an array whose first key is 0 is a list, too, where it has gaps or
 * other keys. Those stand beside its items; {@link fromJson} gives the array back.
 */
export function toExpressionValue(value: Php): Json {
  if (!(value instanceof Map)) return finite(value);
  if (isList(value)) return [...value.values()].map(toExpressionValue);
  const [first] = value.keys();
  if (first !== '0') return objectOf(value, toExpressionValue);
  const list: Json[] = [];
  for (const [key, item] of value) {
    // A place far behind the others would make a list of that length, and a list has a length of its own.
    if (Number(key) > 10_000 || key === 'length') continue;
    Object.defineProperty(list, key, { value: toExpressionValue(item), enumerable: true });
  }
  mixed.set(list, value);
  return list;
}

function objectOf(value: PhpArray, convert: (value: Php) => Json): DataRecord {
  const object = Object.fromEntries([...value].map(([key, item]) => [key, convert(item)]));
  const keys = [...value.keys()];
  if (Object.keys(object).some((key, index) => key !== keys[index])) orders.set(object, keys);
  return object;
}

/** PHP's INF and NAN come of numbers that grow too large; no record can hold them. */
function finite(value: Exclude<Php, PhpArray>): Json {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new TransformError(`A number became ${value}, which no record can hold`);
}

/**
 * What a step hands on: records are objects, so a list is one with the keys 0, 1, 2 … at the top, which PHP reads alike.
 *
 * @param given What the step was given: a node of a record may be a plain value, and stay one.
 */
export function toRecord(value: Php, given?: unknown): DataRecord {
  if (!(value instanceof Map)) {
    const isNode = given !== undefined && (typeof given !== 'object' || given === null);
    if (isNode) return toJson(value) as unknown as DataRecord;
    throw new TransformError('The step makes a plain value of the record');
  }
  if (!isList(value)) return toJson(value) as DataRecord;
  return Object.fromEntries([...value].map(([key, item]) => [key, toJson(item)]));
}

/** PHP's array_is_list: keys are 0, 1, 2 … in this order. */
export function isList(array: PhpArray): boolean {
  let index = 0;
  for (const key of array.keys()) {
    if (key !== String(index)) return false;
    index += 1;
  }
  return true;
}

/** A list of values as an array. */
export function listOf(values: Iterable<Php>): PhpArray {
  return new Map([...values].map((value, index) => [String(index), value]));
}

/** Whether PHP would hold a key as a number: "7" and "-7", not "07" and "1.5". */
export function isIntegerKey(key: string): boolean {
  return /^(?:0|-?[1-9]\d{0,17})$/.test(key);
}

/** A key as a value: whole numbers are numbers, as PHP holds them. */
export function keyValue(key: string): Php {
  return isIntegerKey(key) && Number.isSafeInteger(Number(key)) ? Number(key) : key;
}

/** The key that `$array[] = …` uses: one more than the highest number. */
export function nextKey(array: PhpArray): string {
  const numbers = [...array.keys()].filter(isIntegerKey).map(Number);
  return String(numbers.reduce((most, each) => Math.max(most, each), -1) + 1);
}

/** A deep copy; plain values are shared. */
export function copyOf(value: Php): Php {
  return value instanceof Map ? new Map([...value].map(([key, item]) => [key, copyOf(item)])) : value;
}
