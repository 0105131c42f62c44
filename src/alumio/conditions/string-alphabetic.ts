import type { JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'string-alphabetic',
  summary: 'Holds for a text of letters only; an empty one has none.',
  options,
  create: (): Condition => (value) => typeof value === 'string' && /^\p{L}+$/u.test(value),
} satisfies Part<Condition>;
