import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { phpStep } from '../php-step.ts';
import { compileGlobPattern, unsetAt } from '../php/pattern.ts';

const options = {
  type: 'object',
  properties: {
    patterns: {
      type: 'array',
      items: {
        type: 'object',
        properties: { key: { type: 'string', description: 'Pattern of what goes.' } },
        required: ['key'],
        additionalProperties: false,
      },
      description: 'What goes: [{ "key": "_links" }, { "key": "values.*.note" }].',
    },
  },
  required: ['patterns'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-value-remover',
  summary: 'Removes values, as PHP does: other keys of a list stay as they are.',
  options,
  examples: [
    {
      title: 'Fields, and a field of every item',
      options: { patterns: [{ key: '_links' }, { key: 'lines.*.note' }] },
      input: { id: 7, _links: {}, lines: [{ sku: 'A', note: 'x' }] },
      output: [{ id: 7, lines: [{ sku: 'A' }] }],
    },
    {
      title: 'A gap in a list makes an object of it',
      options: { patterns: [{ key: 'list.0' }] },
      input: { list: ['a', 'b'] },
      output: [{ list: { '1': 'b' } }],
    },
  ],
  create({ patterns }) {
    const finders = patterns.map(({ key }) => compileGlobPattern(key));
    return phpStep((root) => {
      for (const { find } of finders) for (const { path } of find(root)) unsetAt(root, path);
      return root;
    });
  },
} satisfies Transformer<FromSchema<typeof options>>;
