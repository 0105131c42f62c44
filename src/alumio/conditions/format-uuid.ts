import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';

const options = {
  type: 'object',
  properties: {
    version: { type: ['integer', 'null'], minimum: 1, maximum: 8, default: null, description: 'Of this version only.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export default {
  type: 'format-uuid',
  summary: 'Holds for a text that is a UUID.',
  options,
  create({ version }): Condition {
    return (value) => {
      const found = typeof value === 'string' ? UUID.exec(value) : null;
      return found !== null && (version === null || found[1] === String(version));
    };
  },
} satisfies Part<Condition, FromSchema<typeof options>>;
