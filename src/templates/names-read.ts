import { isObject, type DataRecord, type Json, plainText } from '../core/record.ts';
import { PLACEHOLDER } from './expand.ts';

/** First names of the paths that placeholders, conditions and loops read, without those that loops give. */
export function namesRead(value: Json, given: ReadonlySet<string> = new Set()): Set<string> {
  return new Set(pathsRead(value, given).filter((name) => !given.has(name)));
}

function pathsRead(value: Json, given: ReadonlySet<string>): string[] {
  if (typeof value === 'string') return [...value.matchAll(PLACEHOLDER)].map(([, path = '']) => firstOf(path));
  if (Array.isArray(value)) return value.flatMap((item) => [...namesRead(item as Json, given)]);
  if (!isObject(value)) return [];
  const { $each: each, $as: as = 'item', ...rest } = value as DataRecord;
  const inside = each === undefined ? given : new Set([...given, plainText(as)]);
  const names = Object.entries(rest).flatMap(([key, item]) => {
    const read = key === '$when' || key === '$if' ? fieldsOf(item).map(firstOf) : [...namesRead(item, inside)];
    return read.filter((name) => !inside.has(name));
  });
  return each === undefined ? names : [firstOf(plainText(each)), ...names];
}

function firstOf(path: string): string {
  return path.split(/[.[]/)[0] ?? '';
}

/** Fields that a condition looks at. */
function fieldsOf(condition: Json): string[] {
  if (Array.isArray(condition)) return condition.flatMap((each) => fieldsOf(each as Json));
  if (!isObject(condition)) return [];
  const { field, all = null, any = null, not = null } = condition as DataRecord;
  return [...(typeof field === 'string' ? [field] : []), ...[all, any, not].flatMap(fieldsOf)];
}
