import { isObject, type Json } from '../../core/record.ts';
import { fromJson, toRecord } from '../php/array.ts';
import { saysNothing } from './translate-part.ts';

/** The entity that a test begins with: exports write it as an object, as a list of one, or as the text that the editor holds. */
export function entityOf(value: unknown): Json {
  const entity = readText(value);
  const [only, ...others] = Array.isArray(entity) ? (entity as readonly unknown[]) : [entity];
  if (Array.isArray(entity) && others.length === 0) return asPhp(readText(only) ?? {});
  return asPhp(entity ?? {});
}

/** The entities that a test expects; undefined where nobody filled them in: the editor writes `[[]]` then. */
export function expectedOf(value: unknown): readonly Json[] | undefined {
  const given = readText(isObject(value) && 'expected' in value ? value['expected'] : value);
  const list = (Array.isArray(given) ? (given as readonly unknown[]) : [given]).map(readText);
  return list.every(saysNothing) ? undefined : list.map(asPhp);
}

/** Editors keep JSON as a text. */
function readText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    const read: unknown = JSON.parse(value);
    return typeof read === 'object' ? read : value;
  } catch {
    return value;
  }
}

/** An entity as our steps make it: empty objects inside are empty lists. */
function asPhp(value: unknown): Json {
  return typeof value === 'object' && value !== null ? toRecord(fromJson(value as Json)) : (value as Json);
}
