import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { slugOf } from '../slug-of.ts';
import { textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    separator: { type: 'string', maxLength: 3, default: '-', description: 'What stands between words.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'slug',
  summary: 'Makes a text fit for addresses and keys: small letters, digits and separators.',
  options,
  examples: [
    { options: {}, input: 'Crème Brûlée & Œufs!', output: 'creme-brulee-oeufs' },
    { options: { separator: '_' }, input: ' Größe (cm) ', output: 'grosse_cm' },
    { options: {}, input: 'Kadıköy', output: 'kadikoy' },
  ],
  create:
    ({ separator }) =>
    (value) =>
      slugOf(textOf(value), separator),
} satisfies ValueStep<FromSchema<typeof options>>;
