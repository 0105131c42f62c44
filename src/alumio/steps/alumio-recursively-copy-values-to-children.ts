import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import type { StepRun } from '../../core/step-run.ts';
import type { Json } from '../../core/record.ts';
import { partContext } from '../part-context.ts';
import { phpStep } from '../php-step.ts';
import { copyOf, type Php } from '../php/array.ts';
import { mergeDeep } from '../php/merge.ts';
import { compileGlobPattern, setAt } from '../php/pattern.ts';

const options = {
  type: 'object',
  properties: {
    childrenPattern: {
      type: 'string',
      minLength: 1,
      description: 'Pattern of the children inside a parent: "children.*".',
    },
    mergeTemplate: { description: 'Values and placeholders over the parent: { "currency": "&{currency}" }.' },
  },
  required: ['childrenPattern', 'mergeTemplate'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-recursively-copy-values-to-children',
  summary: 'Merges values of a parent into its children, and into theirs.',
  options,
  examples: [
    {
      title: 'Into every price',
      options: { childrenPattern: 'prices.*', mergeTemplate: { currency: '&{currency}' } },
      input: { currency: 'EUR', prices: [{ net: 1 }, { net: 2 }] },
      output: [
        {
          currency: 'EUR',
          prices: [
            { net: 1, currency: 'EUR' },
            { net: 2, currency: 'EUR' },
          ],
        },
      ],
    },
    {
      title: 'Down a tree',
      options: { childrenPattern: 'children.*', mergeTemplate: { root: '&{root}' } },
      input: { root: 1, children: [{ children: [{ id: 3 }] }] },
      output: [{ root: 1, children: [{ children: [{ id: 3, root: 1 }], root: 1 }] }],
    },
  ],
  create({ childrenPattern, mergeTemplate }, context) {
    const { find } = compileGlobPattern(childrenPattern);
    const fill = partContext(context).fill(mergeTemplate as Json, 'mergeTemplate');
    const pass = (parent: Php, run: StepRun): Php => {
      const children = find(parent).filter(({ value }) => value instanceof Map);
      if (children.length === 0) return parent;
      const values = fill(parent, run);
      return children.reduce(
        (current, { path, value }) => setAt(current, path, pass(mergeDeep(value, copyOf(values)), run)),
        parent,
      );
    };
    return phpStep(pass);
  },
} satisfies Transformer<FromSchema<typeof options>>;
