import type { JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';
import { isEmpty } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'not-empty',
  summary: 'Holds for what is not null, false, 0, "0", an empty text or an empty array.',
  options,
  create: (): Condition => (value) => !isEmpty(value),
} satisfies Part<Condition>;
