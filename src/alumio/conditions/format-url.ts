import type { JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'format-url',
  summary: 'Holds for a text that is an address with its scheme.',
  options,
  create: (): Condition => (value) =>
    typeof value === 'string' && /^[a-z][a-z0-9+.-]*:\/\/[^\s/]/i.test(value) && URL.canParse(value),
} satisfies Part<Condition>;
