import type { JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';
import { isList } from '../php/array.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'type-object',
  summary: 'Holds for an array with keys of its own, as JSON writes objects.',
  options,
  create: (): Condition => (value) => value instanceof Map && !isList(value),
} satisfies Part<Condition>;
