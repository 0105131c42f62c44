import { getPath, parsePath, removePath, setPath, type FieldPath } from '../../core/field-path.ts';
import { jsonEqual } from '../../core/json-equal.ts';
import { type DataRecord, isRecord, type Json, plainText } from '../../core/record.ts';
import { compileTemplate } from '../../core/templates.ts';

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
): FieldRules {
  const pathsOf = (rule: FieldRule): FieldPath[] =>
    Object.entries(rules)
      .filter(([, each]) => each === rule)
      .map(([field]) => parsePath(field));
  const never = pathsOf('never');
  const onUpdate = [...never, ...pathsOf('create-only')];
  const whenEmpty = pathsOf('when-empty');
  const given = Object.entries(defaults).map(([field, value]) => ({
    path: parsePath(field),
    template: compileTemplate(value, { variables: variable }),
  }));
  return {
    needsCurrent: (record) => whenEmpty.some((path) => getPath(record, path) !== undefined),
    forCreate: (record) => {
      const filled = given.reduce<DataRecord>(
        (before, { path, template }) =>
          isEmpty(getPath(before, path)) ? setPath(before, path, template.evaluate(record)) : before,
        record,
      );
      return without(filled, never);
    },
    forUpdate: (record, current = {}) =>
      without(record, [...onUpdate, ...whenEmpty.filter((path) => !isEmpty(getPath(current, path)))]),
  };
}

function without(record: DataRecord, paths: readonly FieldPath[]): DataRecord {
  return paths.reduce<DataRecord>((left, path) => removePath(left, path), record);
}

/** Nothing, an empty text, an empty list or an empty object. */
function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/**
 * Fields that a write would change. Numbers and texts that read the same are the same, and so are all forms of nothing;
 * of objects only what is sent is compared, because answers hold more.
 */
export function changesOf(sent: DataRecord, current: DataRecord): FieldChange[] {
  return Object.entries(sent)
    .filter(([field, value]) => !isSame(value, ownValue(current, field)))
    .map(([field, to]) => ({ field, from: ownValue(current, field) ?? null, to }));
}

function ownValue(record: DataRecord, field: string): Json | undefined {
  return Object.hasOwn(record, field) ? record[field] : undefined;
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
