import type { JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'type-boolean',
  summary: 'Holds for true and false.',
  options,
  create: (): Condition => (value) => typeof value === 'boolean',
} satisfies Part<Condition>;
