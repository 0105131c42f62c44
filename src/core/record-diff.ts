import { formatPath } from './field-path.ts';
import { jsonEqual } from './json-equal.ts';
import { isRecord, type Json } from './record.ts';

/** One difference between two versions of a record. */
export interface FieldChange {
  readonly op: 'add' | 'remove' | 'replace';
  /** As rules write it: `customer.emails[0]`. */
  readonly path: string;
  readonly from?: Json;
  readonly to?: Json;
}

/** Differences told at most; a record that is another one altogether is told as one. */
const MOST = 200;
/** Deeper down, what differs is told as a whole. */
const DEEPEST = 50;

/** What was changed between two values, field by field. Lists are compared place by place. */
export function diffRecords(before: Json, after: Json): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  compare(before, after, [], changes);
  return changes.length > MOST ? changes.slice(0, MOST) : changes;
}

function compare(before: Json, after: Json, path: readonly (string | number)[], changes: FieldChange[]): void {
  if (changes.length > MOST) return;
  const isDeep = path.length >= DEEPEST;
  if (!isDeep && isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compareMember(own(before, key), own(after, key), [...path, key], changes);
    }
  } else if (!isDeep && Array.isArray(before) && Array.isArray(after)) {
    const [old, fresh] = [before as readonly Json[], after as readonly Json[]];
    for (let at = 0; at < Math.max(old.length, fresh.length) && changes.length <= MOST; at += 1) {
      compareMember(old[at], fresh[at], [...path, at], changes);
    }
  } else if (!jsonEqual(before, after)) changes.push({ op: 'replace', path: textOf(path), from: before, to: after });
}

function compareMember(
  before: Json | undefined,
  after: Json | undefined,
  path: readonly (string | number)[],
  changes: FieldChange[],
): void {
  if (before === undefined) {
    if (after !== undefined) changes.push({ op: 'add', path: textOf(path), to: after });
  } else if (after === undefined) changes.push({ op: 'remove', path: textOf(path), from: before });
  else compare(before, after, path, changes);
}

function own(record: Readonly<Record<string, Json>>, key: string): Json | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function textOf(path: readonly (string | number)[]): string {
  return path.length === 0 ? '@' : formatPath(path);
}
