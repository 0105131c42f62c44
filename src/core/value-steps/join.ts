import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { joinTexts, listOf, textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    with: { type: 'string', default: '', description: 'Text between the items.' },
    skipEmpty: { type: 'boolean', default: true, description: 'Passes over items that are null or "".' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'join',
  summary: 'Makes one text of the items of a list.',
  options,
  examples: [
    { options: { with: ', ' }, input: ['Main St 1', '', null, 'Berlin'], output: 'Main St 1, Berlin' },
    { options: { with: ';', skipEmpty: false }, input: [1, null, true], output: '1;;true' },
    { options: {}, input: 'text', error: 'needs a list, not a text' },
  ],
  create({ with: glue, skipEmpty }) {
    return (value) => {
      const texts = listOf(value).map(textOf);
      return joinTexts(skipEmpty ? texts.filter((text) => text !== '') : texts, glue);
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;
