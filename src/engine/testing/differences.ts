import { jsonEqual } from '../../core/json-equal.ts';
import { isObject, type Json } from '../../core/record.ts';
import { join } from '../../core/validation.ts';

/** A place where what came out is not what was expected. */
export interface Difference {
  /** `[0].lines[2].sku`; empty for all of it. */
  readonly path: string;
  /** Missing where nothing was expected there. */
  readonly expected?: Json;
  /** Missing where nothing came out there. */
  readonly actual?: Json;
}

/** Differences that are told; the rest adds nothing. */
const MAX_DIFFERENCES = 20;

/** Where two values differ. The order of keys does not matter, that of items does. */
export function differencesOf(expected: Json | undefined, actual: Json | undefined): Difference[] {
  const found: Difference[] = [];
  compare(expected, actual, '', found);
  return found;
}

function compare(expected: Json | undefined, actual: Json | undefined, path: string, found: Difference[]): void {
  if (found.length >= MAX_DIFFERENCES || jsonEqual(expected, actual)) return;
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const [left, right] = [expected as readonly Json[], actual as readonly Json[]];
    for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
      compare(left[index], right[index], join(path, index), found);
    }
    return;
  }
  if (isObject(expected) && isObject(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      compare(own(expected, key), own(actual, key), path === '' ? key : join(path, key), found);
    }
    return;
  }
  found.push({ path, ...(expected !== undefined && { expected }), ...(actual !== undefined && { actual }) });
}

function own(object: Readonly<Record<string, unknown>>, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? (object[key] as Json) : undefined;
}
