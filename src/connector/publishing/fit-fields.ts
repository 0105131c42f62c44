import { PublishError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { DataRecord, Json } from '../../core/record.ts';
import type { EntityManifest } from '../manifest-schema.ts';
import type { FieldManifest } from '../manifest/parameter.ts';

/** How closely the fields of a record are looked at before it is sent. */
export type FieldCheck = 'types' | 'strict' | 'off';

type Fit = (value: Json, field: string) => Json;

/** Names that steer the target, or belong to fields that people made there. */
const OPEN_NAME = /^[_$]|^CF/;

/**
 * Compiles how the fields of a record are made what the target takes: text becomes a number or a truth value where
 * nothing is lost, `12.0` a whole number. Fields that nobody knows are sent as they are, unless the check is strict.
 *
 * @returns A function that throws PublishError ERR_FIELD_NOT_INTEGER, ERR_FIELD_TYPE, ERR_FIELD_UNKNOWN or
 *   ERR_FIELD_READ_ONLY for one record.
 */
export function compileFit(
  { fields = {}, integerFields = [] }: EntityManifest,
  check: FieldCheck,
): (record: DataRecord) => DataRecord {
  const fits = new Map<string, Fit>(
    check === 'off' ? [] : Object.entries(fields).map(([name, { type }]) => [name, FITS[type]]),
  );
  for (const name of integerFields) fits.set(name, toInteger);
  const isStrict = check === 'strict' && Object.keys(fields).length > 0;
  return (record) => {
    if (isStrict) refuseStrangers(record, fields);
    let fitted: Record<string, Json> | undefined;
    for (const name of Object.keys(record)) {
      const value = record[name] ?? null;
      const fit = value === null ? undefined : fits.get(name);
      const becomes = fit ? fit(value, name) : value;
      if (becomes === value) continue;
      fitted ??= { ...record };
      fitted[name] = becomes;
    }
    return fitted ?? record;
  };
}

function refuseStrangers(record: DataRecord, fields: Readonly<Record<string, FieldManifest>>): void {
  for (const name of Object.keys(record)) {
    if (Object.hasOwn(fields, name)) {
      if (!fields[name]?.readOnly) continue;
      throw wrong(
        'ERR_FIELD_READ_ONLY',
        `Field "${name}" is told by the target, it cannot be sent; leave it out`,
        name,
      );
    }
    if (OPEN_NAME.test(name)) continue;
    const hint = didYouMean(name, Object.keys(fields));
    throw wrong('ERR_FIELD_UNKNOWN', `Field "${name}" is not one that the target knows${hint}`, name);
  }
}

const FITS: Readonly<Record<FieldManifest['type'], Fit>> = {
  string: toText,
  date: toText,
  integer: toInteger,
  number: toNumber,
  boolean: toBoolean,
  array: (value, field) => (Array.isArray(value) ? (value as readonly Json[]) : refuse(value, field, 'a list')),
  object: (value, field) =>
    typeof value === 'object' && !Array.isArray(value) ? value : refuse(value, field, 'an object'),
};

function toText(value: Json, field: string): Json {
  return typeof value === 'object' ? refuse(value, field, 'a text') : value;
}

/** Halo refuses `"12"` and `12.5` where it wants a whole number. */
function toInteger(value: Json, field: string): Json {
  if (typeof value === 'string' && /^-?\d{1,15}$/.test(value.trim())) return Number(value);
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw wrong('ERR_FIELD_NOT_INTEGER', `Field "${field}" must be a whole number, not ${shown(value)}`, field);
}

function toNumber(value: Json, field: string): Json {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : refuse(value, field, 'a number');
}

function toBoolean(value: Json, field: string): Json {
  if (typeof value === 'boolean' || value === 0 || value === 1) return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return refuse(value, field, 'true or false');
}

function refuse(value: Json, field: string, wanted: string): never {
  throw wrong('ERR_FIELD_TYPE', `Field "${field}" must be ${wanted}, not ${shown(value)}`, field);
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function wrong(code: string, message: string, field: string): PublishError {
  return new PublishError(code, message, { details: { field } });
}
