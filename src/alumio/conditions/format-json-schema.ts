import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';
import { ConfigError, TransformError } from '../../core/errors.ts';
import { parseJsonText } from '../../core/json-text.ts';
import { isRecord } from '../../core/record.ts';
import { compileRecordSchema } from '../../core/record-schema.ts';
import { toJson } from '../php/array.ts';

const options = {
  type: 'object',
  properties: {
    schema: { type: ['object', 'string'], description: 'JSON Schema (2020-12), as an object or as JSON.' },
  },
  required: ['schema'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'format-json-schema',
  summary: 'Holds for a value that a JSON Schema accepts.',
  options,
  create({ schema }): Condition {
    const check = compileRecordSchema(typeof schema === 'string' ? objectOf(schema) : schema);
    return (value) => check(toJson(value)).length === 0;
  },
} satisfies Part<Condition, FromSchema<typeof options>>;

function objectOf(text: string): object {
  try {
    const schema = parseJsonText(text);
    if (isRecord(schema)) return schema;
  } catch (error) {
    if (!(error instanceof TransformError)) throw error;
  }
  throw new ConfigError('ERR_INVALID', '"schema" is a JSON Schema: an object, or one as JSON');
}
