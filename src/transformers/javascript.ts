import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { ScriptProgram, Transformer } from '../core/component.ts';
import type { DataRecord } from '../core/record.ts';
import { checkJavascript } from '../programs/check-javascript.ts';
import { PROGRAM_TIME_OPTION, SCRIPT_LIMITS } from '../programs/limits.ts';
import { recordsOfResult, runProgram } from '../programs/records-of-result.ts';

const options = {
  type: 'object',
  properties: {
    code: {
      type: 'string',
      minLength: 1,
      maxLength: SCRIPT_LIMITS.source,
      description:
        'Body of a function of "record", "variables" and "constants". It returns a record, a list of records, or nothing to ' +
        'drop the record.',
    },
    constants: {
      type: 'object',
      default: {},
      description: 'Values that the program finds under "constants" and cannot change.',
    },
    timeoutMs: PROGRAM_TIME_OPTION,
  },
  required: ['code'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'javascript',
  summary: 'Runs a program of yours on each record, apart from the platform and within bounds of time and memory.',
  options,
  examples: [
    {
      title: 'Adds a field',
      options: { code: 'return { ...record, total: record.price * record.count };' },
      input: { price: 2.5, count: 4 },
      output: [{ price: 2.5, count: 4, total: 10 }],
    },
    {
      title: 'A list makes several records, nothing drops the record',
      options: {
        code: 'if (!record.active) return;\nreturn record.lines.map((sku, index) => ({ id: `${record.id}-${index + 1}`, sku }));',
      },
      input: { id: 7, active: true, lines: ['A', 'B'] },
      output: [
        { id: '7-1', sku: 'A' },
        { id: '7-2', sku: 'B' },
      ],
    },
    {
      title: 'Constants',
      options: {
        code: 'return { id: record.id, status: constants.names[record.status] ?? "unknown" };',
        constants: { names: { '1': 'open', '9': 'closed' } },
      },
      input: { id: 7, status: 9 },
      output: [{ id: 7, status: 'closed' }],
    },
    {
      title: 'What the program throws fails the record',
      options: { code: 'if (record.sku === undefined) throw new Error("No SKU");\nreturn record;' },
      input: { id: 7 },
      error: 'The program failed: Error: No SKU (line 1)',
    },
    {
      title: 'A program that does not end is ended',
      options: { code: 'for (;;);', timeoutMs: 20 },
      input: { id: 7 },
      error: 'The program took longer than 20 ms',
    },
  ],
  create({ code, constants, timeoutMs }, { scripts }) {
    checkJavascript(code);
    const program: ScriptProgram = {
      language: 'javascript',
      source: code,
      constants: constants as DataRecord,
      timeoutMs,
    };
    return async (record, run) => recordsOfResult(await runProgram(scripts, program, record, run));
  },
} satisfies Transformer<FromSchema<typeof options>>;
