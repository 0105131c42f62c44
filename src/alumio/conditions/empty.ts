import type { JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';
import { isEmpty } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'empty',
  summary: 'Holds for null, false, 0, "0", an empty text and an empty array.',
  options,
  create: (): Condition => isEmpty,
} satisfies Part<Condition>;
