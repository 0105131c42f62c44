import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { phpStep } from '../php-step.ts';
import { copyOf } from '../php/array.ts';
import { compileOperator, OPERATOR_NAMES } from '../php/operators.ts';
import { getAt, parseKeys, setAt } from '../php/pattern.ts';

const options = {
  type: 'object',
  properties: {
    left: { type: 'string', minLength: 1, description: 'Path of the first value.' },
    right: { type: 'string', minLength: 1, description: 'Path of the second value.' },
    operator: { enum: OPERATOR_NAMES, description: 'What is done with them.' },
    destination: {
      type: ['string', 'null'],
      default: null,
      description: 'Path of the result; without it the first value becomes it.',
    },
  },
  required: ['left', 'right', 'operator'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-operator',
  summary:
    'Applies an operator to two values of the record; the result takes the place of the first, or goes where it is wanted.',
  options,
  examples: [
    {
      title: 'Two lists become one',
      options: { left: 'product', right: 'children', operator: 'array-merge' },
      input: { product: [1], children: [2, 3] },
      output: [{ product: [1, 2, 3], children: [2, 3] }],
    },
    {
      title: 'Numbers',
      options: { left: 'price', right: 'count', operator: 'multiplication' },
      input: { price: '2.5', count: 4 },
      output: [{ price: 10, count: 4 }],
    },
  ],
  create({ left, right, operator, destination }) {
    const [first, second] = [parseKeys(left), parseKeys(right)];
    const target = destination === null || destination === '' ? first : parseKeys(destination);
    const apply = compileOperator(operator);
    return phpStep((root) =>
      setAt(root, target, copyOf(apply([getAt(root, first) ?? null, getAt(root, second) ?? null]))),
    );
  },
} satisfies Transformer<FromSchema<typeof options>>;
