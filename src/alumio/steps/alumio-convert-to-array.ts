import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { phpStep } from '../php-step.ts';
import { isList, listOf } from '../php/array.ts';
import { compileGlobPattern, setAt } from '../php/pattern.ts';

const options = {
  type: 'object',
  properties: {
    pattern: { type: 'string', minLength: 1, description: 'Pattern of the values.' },
  },
  required: ['pattern'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-convert-to-array',
  summary: 'Makes a list of one of a value that is no list.',
  options,
  examples: [
    {
      title: 'An object that came alone',
      options: { pattern: 'lines' },
      input: { lines: { sku: 'A' } },
      output: [{ lines: [{ sku: 'A' }] }],
    },
    {
      title: 'A list stays',
      options: { pattern: 'lines' },
      input: { lines: ['A', 'B'] },
      output: [{ lines: ['A', 'B'] }],
    },
  ],
  create({ pattern }) {
    const { find } = compileGlobPattern(pattern);
    return phpStep((root) =>
      find(root).reduce(
        (current, { path, value }) =>
          value instanceof Map && isList(value)
            ? current
            : setAt(current, path, value === null ? listOf([]) : listOf([value])),
        root,
      ),
    );
  },
} satisfies Transformer<FromSchema<typeof options>>;
