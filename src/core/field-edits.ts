import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError } from './errors.ts';
import { parsePath, removePath, setPath } from './field-path.ts';
import type { DataRecord, Json } from './record.ts';

/** JSON Schema of a list of edits. */
export const FIELD_EDITS = {
  type: 'array',
  minItems: 1,
  maxItems: 50,
  description: 'Changes to the record, applied one after the other; each sets or removes one field.',
  items: {
    type: 'object',
    properties: {
      set: { type: 'string', minLength: 1, maxLength: 500, description: 'Path of a field that gets the value.' },
      remove: { type: 'string', minLength: 1, maxLength: 500, description: 'Path of a field that goes.' },
      value: { description: 'The value of the field that is set; null where none is given.' },
    },
    additionalProperties: false,
  },
} as const satisfies JSONSchema;

export type FieldEdits = FromSchema<typeof FIELD_EDITS>;

/**
 * Makes a function of edits.
 *
 * @throws ConfigError ERR_FIELD_PATH. The function throws TransformError where a path leads through a plain value.
 */
export function compileEdits(edits: FieldEdits): (record: DataRecord) => DataRecord {
  const steps = edits.map((edit) => {
    if ((edit.remove === undefined) === (edit.set === undefined)) {
      throw new ConfigError('ERR_INVALID', 'An edit names either a field to "set" or one to "remove"');
    }
    if (edit.remove !== undefined) {
      const path = parsePath(edit.remove);
      return (record: DataRecord) => removePath(record, path);
    }
    const path = parsePath(edit.set ?? '');
    const value = (edit.value ?? null) as Json;
    return (record: DataRecord) => setPath(record, path, value);
  });
  return (record) => steps.reduce((changed, step) => step(changed), record);
}
