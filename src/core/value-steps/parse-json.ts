import type { JSONSchema } from 'json-schema-to-ts';
import { parseJsonText } from '../json-text.ts';
import { textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'parse-json',
  summary: 'Reads the value that a JSON text holds.',
  options,
  examples: [
    { options: {}, input: '{"a":[1,2]}', output: { a: [1, 2] } },
    { options: {}, input: '{"a":', error: 'finds no valid JSON' },
  ],
  create() {
    return (value) => (typeof value === 'object' ? value : parseJsonText(textOf(value)));
  },
} satisfies ValueStep;
