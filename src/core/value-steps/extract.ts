import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { compileFinder } from '../pattern.ts';
import { textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    pattern: { type: 'string', minLength: 1, description: 'Regular expression (RE2) to look for.' },
    group: {
      type: 'integer',
      minimum: 0,
      maximum: 99,
      description: 'Which group is taken; by default the first one, or the whole match where the pattern has none.',
    },
    all: { type: 'boolean', default: false, description: 'Gives a list of all matches in place of the first one.' },
  },
  required: ['pattern'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'extract',
  summary: 'Takes what a regular expression finds out of a text.',
  options,
  examples: [
    { options: { pattern: 'INC-(\\d+)' }, input: 'Re: INC-4711 printer', output: '4711' },
    { options: { pattern: '#\\w+', all: true }, input: '#vip and #eu', output: ['#vip', '#eu'] },
    { options: { pattern: '\\d+' }, input: 'none' },
  ],
  create({ pattern, group, all }) {
    const find = compileFinder(pattern, group);
    return (value) => {
      const found = find(textOf(value), all);
      return all ? found : found[0];
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;
