import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { TransformError } from '../core/errors.ts';
import { parsePath, setPath } from '../core/field-path.ts';
import { COLLECTION_OPERATORS, NUMBER_OPERATORS, operate } from '../core/operators.ts';
import type { Json } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';

const options = {
  type: 'object',
  properties: {
    to: { type: 'string', minLength: 1, description: 'Path of the field that gets the result.' },
    left: { description: 'First value: a value or a template such as "&{price}".' },
    operator: {
      enum: [...NUMBER_OPERATORS, ...COLLECTION_OPERATORS],
      description:
        'For two numbers: add to shift-right. For two lists: merge, union, difference, intersection. For two objects: merge, ' +
        'key-difference, key-intersection (there the second may be a list of keys).',
    },
    right: { description: 'Second value: a value or a template.' },
  },
  required: ['to', 'left', 'operator', 'right'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'calculate',
  summary: 'Applies an operator to two numbers, lists or objects. Also known as operator.',
  options,
  examples: [
    {
      title: 'A total, without noise in the decimals',
      options: { to: 'total', left: '&{price}', operator: 'multiply', right: '&{quantity}' },
      input: { price: 0.1, quantity: 3 },
      output: [{ price: 0.1, quantity: 3, total: 0.3 }],
    },
    {
      title: 'What is in one list and not in the other',
      options: { to: 'added', left: '&{new}', operator: 'difference', right: '&{old}' },
      input: { new: [1, 2, 3], old: [1, 3] },
      output: [{ new: [1, 2, 3], old: [1, 3], added: [2] }],
    },
    {
      title: 'Fields by a list of names',
      options: { to: 'kept', left: '&{values}', operator: 'key-intersection', right: ['a'] },
      input: { values: { a: 1, b: 2 } },
      output: [{ values: { a: 1, b: 2 }, kept: { a: 1 } }],
    },
    {
      title: 'A division by zero fails the record',
      options: { to: 'x', left: 1, operator: 'divide', right: '&{n}' },
      input: { n: 0 },
      error: 'division by zero',
    },
  ],
  create({ to, left, operator, right }, { variable }) {
    const path = parsePath(to);
    const first = compileTemplate(left as Json, { variables: variable, at: 'left' });
    const second = compileTemplate(right as Json, { variables: variable, at: 'right' });
    return (record, { variables }) => {
      const operands = [first.evaluate(record, variables), second.evaluate(record, variables)] as const;
      try {
        return [setPath(record, path, operate(operator, ...operands))];
      } catch (error) {
        if (!(error instanceof TransformError)) throw error;
        throw new TransformError(`Field "${to}": "${operator}" ${error.message}`, { field: to });
      }
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
