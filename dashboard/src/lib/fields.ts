import type { DataRecord } from '../types.ts';

/** A field as records show it: where, of what types, how often, and one value. */
export interface Field {
  readonly path: string;
  readonly types: readonly string[];
  /** Part of the records that have a value there, 0 to 1. */
  readonly filled: number;
  readonly sample: unknown;
}

const DEPTH = 4;

/** The fields of some records, objects inside of objects by their path. */
export function fieldsOf(records: readonly DataRecord[]): Field[] {
  const found = new Map<string, { types: Set<string>; filled: number; sample: unknown }>();
  for (const record of records) visit(record, '', 0, found);
  return [...found].map(([path, { types, filled, sample }]) => ({
    path,
    types: [...types],
    filled: filled / records.length,
    sample,
  }));
}

type Found = Map<string, { types: Set<string>; filled: number; sample: unknown }>;

function visit(record: DataRecord, above: string, depth: number, found: Found): void {
  for (const [name, value] of Object.entries(record)) {
    const path = above === '' ? name : `${above}.${name}`;
    const field = found.get(path) ?? { types: new Set<string>(), filled: 0, sample: undefined };
    found.set(path, field);
    field.types.add(typeOf(value));
    if (value !== null && value !== '') {
      field.filled += 1;
      field.sample ??= value;
    }
    if (typeOf(value) === 'object' && depth < DEPTH) visit(value as DataRecord, path, depth + 1, found);
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}
