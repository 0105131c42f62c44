import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { ScriptProgram, Transformer } from '../core/component.ts';
import { parsePath, setPath } from '../core/field-path.ts';
import { checkJsonata } from '../programs/check-jsonata.ts';
import { SCRIPT_LIMITS, SCRIPT_TIME } from '../programs/limits.ts';
import { recordsOfResult, runProgram } from '../programs/records-of-result.ts';

const options = {
  type: 'object',
  properties: {
    expression: {
      type: 'string',
      minLength: 1,
      maxLength: SCRIPT_LIMITS.source,
      description: 'A JSONata expression; its input is the record.',
    },
    to: {
      type: 'string',
      minLength: 1,
      description:
        'Path of the field that gets the result; null where there is none. Without it the result is the new record, a list is ' +
        'several, and nothing drops the record.',
    },
    timeoutMs: {
      type: 'integer',
      minimum: SCRIPT_TIME.least,
      maximum: SCRIPT_TIME.most,
      default: SCRIPT_TIME.default,
      description: 'How long the expression may take for one record, in milliseconds.',
    },
  },
  required: ['expression'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'jsonata',
  summary:
    'Makes records, or a field, with a JSONata expression, apart from the platform and within bounds of time and memory.',
  options,
  examples: [
    {
      title: 'A new record',
      options: { expression: '{ "id": id, "total": $sum(lines.(price * count)) }' },
      input: {
        id: 7,
        lines: [
          { price: 2, count: 3 },
          { price: 5, count: 1 },
        ],
      },
      output: [{ id: 7, total: 11 }],
    },
    {
      title: 'A list makes several records',
      options: { expression: 'lines.{ "order": %.id, "sku": sku }' },
      input: { id: 7, lines: [{ sku: 'A' }, { sku: 'B' }] },
      output: [
        { order: 7, sku: 'A' },
        { order: 7, sku: 'B' },
      ],
    },
    {
      title: 'No result drops the record',
      options: { expression: 'lines[price > 100]' },
      input: { id: 7, lines: [{ price: 2 }] },
      output: [],
    },
    {
      title: 'Into a field',
      options: { expression: '$join(names, ", ")', to: 'label.text' },
      input: { names: ['Ann', 'Bo'] },
      output: [{ names: ['Ann', 'Bo'], label: { text: 'Ann, Bo' } }],
    },
    {
      title: 'What fails in the expression fails the record',
      options: { expression: '$sum(name)' },
      input: { name: 'Ann' },
      error: 'The expression failed: Argument 1 of function "sum" must be an array of "numbers"',
    },
  ],
  create({ expression, to, timeoutMs }, { scripts }) {
    checkJsonata(expression);
    const path = to === undefined ? undefined : parsePath(to);
    const program: ScriptProgram = { language: 'jsonata', source: expression, constants: {}, timeoutMs };
    return async (record, run) => {
      const result = await runProgram(scripts, program, record, run);
      return path ? [setPath(record, path, result)] : recordsOfResult(result);
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
