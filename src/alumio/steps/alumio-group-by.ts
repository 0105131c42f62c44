import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { phpStep } from '../php-step.ts';
import { copyOf, type Php, type PhpArray } from '../php/array.ts';
import { append } from '../php/merge.ts';
import { compileGlobPattern, getAt, parseKeys, setAt } from '../php/pattern.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    pattern: { type: 'string', minLength: 1, description: 'Pattern of the values: "lines.*".' },
    path: { type: 'string', description: 'Path inside each of the value that they are grouped by.' },
    destination: { type: 'string', description: 'Path where the groups go.' },
  },
  required: ['pattern', 'path', 'destination'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-group-by',
  summary: 'Collects values in groups by a value inside each of them.',
  options,
  examples: [
    {
      title: 'Lines by warehouse',
      options: { pattern: 'lines.*', path: 'at', destination: 'groups' },
      input: {
        lines: [
          { at: 'x', n: 1 },
          { at: 'y', n: 2 },
          { at: 'x', n: 3 },
        ],
      },
      output: [
        {
          lines: [
            { at: 'x', n: 1 },
            { at: 'y', n: 2 },
            { at: 'x', n: 3 },
          ],
          groups: {
            x: [
              { at: 'x', n: 1 },
              { at: 'x', n: 3 },
            ],
            y: [{ at: 'y', n: 2 }],
          },
        },
      ],
    },
    {
      title: 'In the place of the values',
      options: { pattern: 'values.*', path: 'name', destination: 'values' },
      input: { values: [{ name: 'red' }] },
      output: [{ values: { red: [{ name: 'red' }] } }],
    },
  ],
  create({ pattern, path, destination }) {
    const { find } = compileGlobPattern(pattern);
    const [by, to] = [parseKeys(path), parseKeys(destination)];
    return phpStep((root) => {
      const items = find(root);
      if (items.length === 0) return root;
      const groups: PhpArray = new Map();
      for (const { value } of items) {
        const key = toText(getAt(value, by) ?? null);
        const group = groups.get(key) ?? new Map<string, Php>();
        if (group instanceof Map) append(group, copyOf(value));
        groups.set(key, group);
      }
      return setAt(root, to, groups);
    });
  },
} satisfies Transformer<FromSchema<typeof options>>;
