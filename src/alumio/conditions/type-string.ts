import type { JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'type-string',
  summary: 'Holds for a text.',
  options,
  create: (): Condition => (value) => typeof value === 'string',
} satisfies Part<Condition>;
