import { getPath, parsePath, removePath, setPath, type FieldPath } from '../../core/field-path.ts';
import { jsonEqual } from '../../core/json-equal.ts';
import { type DataRecord, isRecord, type Json, plainText } from '../../core/record.ts';
import { compileTemplate } from '../../core/templates.ts';

import { itemCalled, type ListKeys, pairItems, withoutItems } from './keyed-lists.ts';

/** When a field is written. */
export type FieldRule = 'always' | 'when-empty' | 'create-only' | 'never';

/** One field that a write changes. */
export interface FieldChange {
  readonly field: string;
  /** What stands in the target; null where there is nothing. */
  readonly from: Json;
  readonly to: Json;
}

/** Which fields of a record are sent, compiled. */
export interface FieldRules {
  /** Whether an update of this record cannot be decided without the target's own record. */
  needsCurrent(record: DataRecord): boolean;
  /** What is sent to create it: with defaults where it has nothing. */
  forCreate(record: DataRecord): DataRecord;
  /** What is sent to update it. */
  forUpdate(record: DataRecord, current: DataRecord | undefined): DataRecord;
}

/**
 * Compiles rules of fields and defaults.
 *
 * @param defaults Values of fields that a new record has nothing in; templates over the record.
 * @throws ConfigError ERR_FIELD_PATH, ERR_EXPRESSION
 */
export function compileFieldRules(
  rules: Readonly<Record<string, FieldRule>>,
  defaults: DataRecord,
  variable: (name: string) => string | undefined,
  listKeys: ListKeys = {},
): FieldRules {
  const placesOf = (rule: FieldRule): Place[] =>
    Object.entries(rules)
      .filter(([, each]) => each === rule)
      .map(([field]) => placeOf(field, listKeys));
  const never = placesOf('never');
  const onUpdate = [...never, ...placesOf('create-only')];
  const whenEmpty = placesOf('when-empty');
  const given = Object.entries(defaults).map(([field, value]) => ({
    path: parsePath(field),
    template: compileTemplate(value, { variables: variable }),
  }));
  return {
    needsCurrent: (record) => whenEmpty.some((place) => valueAt(record, place) !== undefined),
    forCreate: (record) => {
      const filled = given.reduce<DataRecord>(
        (before, { path, template }) =>
          isEmpty(getPath(before, path)) ? setPath(before, path, template.evaluate(record)) : before,
        record,
      );
      return without(filled, never);
    },
    forUpdate: (record, current = {}) =>
      without(record, [...onUpdate, ...whenEmpty.filter((place) => !isEmpty(valueAt(current, place)))]),
  };
}

/** What a rule is about: a field, or the item of that name in a list whose items have keys. */
interface Place {
  readonly path: FieldPath;
  readonly item?: { readonly list: string; readonly keys: readonly string[]; readonly name: string };
}

function placeOf(field: string, listKeys: ListKeys): Place {
  const path = parsePath(field);
  const [list, name] = path;
  const keys = typeof list === 'string' && path.length === 2 ? ownKeys(listKeys, list) : undefined;
  return keys ? { path, item: { list: String(list), keys, name: String(name) } } : { path };
}

function valueAt(record: DataRecord, { path, item }: Place): Json | undefined {
  return item ? itemCalled(ownValue(record, item.list), item.keys, item.name)?.['value'] : getPath(record, path);
}

function without(record: DataRecord, places: readonly Place[]): DataRecord {
  return places.reduce(removePlace, record);
}

/** A list of which nothing is left is left out as a whole. */
function removePlace(record: DataRecord, { path, item }: Place): DataRecord {
  if (!item) return removePath(record, path);
  const list = ownValue(record, item.list);
  if (!Array.isArray(list)) return record;
  const left = withoutItems(list, item.keys, new Set([item.name]));
  return left.length === 0 ? removePath(record, [item.list]) : { ...record, [item.list]: left };
}

/** Nothing, an empty text, an empty list or an empty object. */
function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/**
 * Fields that a write would change. Numbers and texts that read the same are the same, and so are all forms of nothing;
 * of objects, and of lists whose items have keys, only what is sent is compared, because answers hold more.
 */
export function changesOf(sent: DataRecord, current: DataRecord, listKeys: ListKeys = {}): FieldChange[] {
  return Object.entries(sent)
    .filter(([field, value]) => !isSameField(value, ownValue(current, field), ownKeys(listKeys, field)))
    .map(([field, to]) => ({ field, from: ownValue(current, field) ?? null, to }));
}

function ownValue(record: DataRecord, field: string): Json | undefined {
  return Object.hasOwn(record, field) ? record[field] : undefined;
}

function isSameField(sent: Json, stored: Json | undefined, keys: readonly string[] | undefined): boolean {
  const pairs = keys && pairItems(sent, stored, keys);
  if (!keys || !pairs) return isSame(sent, stored);
  return pairs.every(([item, other]) => {
    if (other) return isSame(item, other);
    return Object.entries(item).every(([key, value]) => keys.includes(key) || isEmpty(value));
  });
}

function ownKeys(listKeys: ListKeys, field: string): readonly string[] | undefined {
  return Object.hasOwn(listKeys, field) ? listKeys[field] : undefined;
}

function isSame(sent: Json, stored: Json | undefined): boolean {
  if (isEmpty(sent)) return isEmpty(stored);
  if (stored === undefined || stored === null) return false;
  if (typeof sent !== 'object' && typeof stored !== 'object') return plainText(sent) === plainText(stored);
  if (isRecord(sent) && isRecord(stored)) {
    return Object.entries(sent).every(([key, value]) => isSame(value, ownValue(stored, key)));
  }
  return jsonEqual(sent, stored);
}
