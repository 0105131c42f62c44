import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { compileCondition, WHEN } from '../core/conditions.ts';
import { plainText } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';

/** Longest line that is written, in characters. */
const MAX_LENGTH = 2_000;

const options = {
  type: 'object',
  properties: {
    message: {
      type: 'string',
      minLength: 1,
      description: 'What is written; a template. What it does not find is left blank, and a long text is cut.',
    },
    level: { enum: ['info', 'warn', 'error'], default: 'info', description: 'How much it matters.' },
    when: WHEN,
  },
  required: ['message'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'log',
  summary: 'Writes a line to the log and hands the record on unchanged.',
  options,
  examples: [
    { title: 'A line for each record', options: { message: 'Ticket &{id}' }, input: { id: 7 }, output: [{ id: 7 }] },
    {
      title: 'A warning for some',
      options: { message: 'Ticket &{id} has no site', level: 'warn', when: { field: 'site_id', empty: true } },
      input: { id: 7, site_id: 3 },
      output: [{ id: 7, site_id: 3 }],
    },
  ],
  create({ message, level, when }, { variable, log }) {
    const holds = when === undefined ? () => true : compileCondition(when, 'when');
    const text = compileTemplate(message, { variables: variable, onMissing: 'null', at: 'message' });
    return (record, { variables }) => {
      if (holds(record, variables)) log(level, plainText(text.evaluate(record, variables)).slice(0, MAX_LENGTH));
      return [record];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
