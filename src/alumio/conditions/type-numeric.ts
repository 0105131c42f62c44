import type { JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';
import { isNumeric } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'type-numeric',
  summary: 'Holds for a number, and for a text that is one.',
  options,
  create: (): Condition => isNumeric,
} satisfies Part<Condition>;
