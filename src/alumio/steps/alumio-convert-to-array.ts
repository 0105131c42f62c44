import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { phpStep } from '../php-step.ts';
import { isList, listOf, type Php, type PhpArray } from '../php/array.ts';
import { compileGlobPattern, setAt } from '../php/pattern.ts';

const options = {
  type: 'object',
  properties: {
    pattern: { type: 'string', minLength: 1, description: 'Pattern of the values.' },
    recursive: {
      type: 'boolean',
      default: false,
      description: 'Also inside of what it finds, at every depth: children of children.',
    },
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
    {
      title: 'Children of children',
      options: { pattern: 'child', recursive: true },
      input: { child: { id: 1, child: { id: 2 } } },
      output: [{ child: [{ id: 1, child: [{ id: 2 }] }] }],
    },
  ],
  create({ pattern, recursive }) {
    const { find } = compileGlobPattern(pattern);
    const convert = (root: Php): Php =>
      find(root).reduce((current, { path, value }) => setAt(current, path, inside(asList(value))), root);
    const inside = (list: PhpArray): PhpArray => {
      if (recursive) for (const [key, item] of list) list.set(key, convert(item));
      return list;
    };
    return phpStep(convert);
  },
} satisfies Transformer<FromSchema<typeof options>>;

function asList(value: Php): PhpArray {
  if (value instanceof Map && isList(value)) return value;
  return listOf(value === null ? [] : [value]);
}
