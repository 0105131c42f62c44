import { TransformError } from '../../src/core/errors.ts';
import type { DataRecord, Json } from '../../src/core/record.ts';

/** How a date becomes an ISO time. */
type ToDate = (value: Json) => Json;

/**
 * The filter and the map as somebody would write them for these fields alone. It does what the steps do: own keys only, a
 * missing field fails the record, casts refuse what means nothing, defaults stand in for null and missing, and what comes
 * out of the list is what is there.
 */
export function byHand(record: DataRecord, toDate: ToDate = date): DataRecord | undefined {
  if (record['status_id'] === 8 || record['status_id'] === 9) return undefined;
  const id = required(record, 'id');
  const summary = required(record, 'summary');
  return {
    id,
    subject: summary,
    customer: { id: required(record, 'client_id'), name: required(record, 'client_name') },
    label: `#${text(id)} ${text(summary)}`,
    priority: integer(optional(record, 'priority_id') ?? 3),
    amount: number(required(record, 'amount')),
    due: toDate(required(record, 'deadline')),
    vip: boolean(optional(record, 'vip') ?? false),
    skus: skus(required(record, 'lines')),
  };
}

function optional(record: DataRecord, name: string): Json | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function required(record: DataRecord, name: string): Json {
  const value = optional(record, name);
  if (value === undefined) throw new TransformError(`Field "${name}" is missing`, { field: name }, 'ERR_FIELD_MISSING');
  return value;
}

function text(value: Json): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;

function number(value: Json): Json {
  if (value === null || typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') {
    const trimmed = value.trim();
    const made = NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN;
    if (Number.isFinite(made)) return made;
  }
  throw new TransformError(`${JSON.stringify(value)} is not a number`);
}

function integer(value: Json): Json {
  const made = number(value);
  if (made === null) return null;
  const whole = Math.trunc(made as number);
  if (Number.isSafeInteger(whole)) return whole;
  throw new TransformError(`${whole} is too large for a whole number`);
}

const DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/i;

function date(value: Json): Json {
  if (value === null) return null;
  const instant = typeof value === 'string' && DATE.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(instant)) return new Date(instant).toISOString();
  throw new TransformError(`${JSON.stringify(value)} is not a date`);
}

function boolean(value: Json): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  switch (typeof value === 'string' ? value.trim().toLowerCase() : 'none') {
    case 'true':
    case 'yes':
    case 'on':
    case '1':
      return true;
    case 'false':
    case 'no':
    case 'off':
    case '0':
    case '':
      return false;
    default:
      throw new TransformError(`${JSON.stringify(value)} is not true or false`);
  }
}

function skus(lines: Json): Json {
  if (!Array.isArray(lines)) throw new TransformError('"lines" is not a list');
  const found: Json[] = [];
  for (const line of lines as readonly Json[]) {
    if (typeof line !== 'object' || line === null || Array.isArray(line)) continue;
    const sku = optional(line as DataRecord, 'sku');
    if (sku !== undefined && sku !== null) found.push(sku);
  }
  return found;
}
