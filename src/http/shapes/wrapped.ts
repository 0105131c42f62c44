import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { SourceError } from '../../core/errors.ts';
import { isRecord, type Json } from '../../core/record.ts';
import type { ShapeComponent } from '../types.ts';

const options = {
  type: 'object',
  properties: {
    key: { type: 'string', minLength: 1, description: 'Key of each entry that has the row, e.g. "ticket".' },
  },
  required: ['key'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'wrapped',
  summary: 'A list in which each row stands under a key of its entry; what stands beside it is left out.',
  options,
  create({ key }) {
    return (found) =>
      Array.isArray(found) ? (found as readonly Json[]).map((entry, index) => unwrap(entry, key, index)) : undefined;
  },
} satisfies ShapeComponent<FromSchema<typeof options>>;

function unwrap(entry: Json, key: string, index: number): Json {
  if (isRecord(entry) && Object.hasOwn(entry, key)) return entry[key] ?? null;
  const keys = isRecord(entry) ? Object.keys(entry).slice(0, 10) : [];
  const message = `row ${index + 1} of the answer has no key "${key}"; it has ${keys.join(', ') || 'none'}`;
  throw new SourceError('ERR_RECORD_INVALID', message, { details: { row: index, keys } });
}
