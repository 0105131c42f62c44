import type { JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'string-digits',
  summary: 'Holds for a text of digits only; an empty one has none.',
  options,
  create: (): Condition => (value) =>
    (typeof value === 'string' || typeof value === 'number') && /^[0-9]+$/.test(String(value)),
} satisfies Part<Condition>;
