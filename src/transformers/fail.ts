import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { compileCondition, WHEN } from '../core/conditions.ts';
import { TransformError } from '../core/errors.ts';
import { plainText } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';

const options = {
  type: 'object',
  properties: {
    message: {
      type: 'string',
      minLength: 1,
      description:
        'What the error says; a template such as "Ticket &{id} has no site". What it does not find is left blank.',
    },
    when: WHEN,
  },
  required: ['message'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'fail',
  summary: 'Fails a record on purpose, with a message of your own.',
  options,
  examples: [
    {
      title: 'Fails a ticket without site',
      options: { message: 'Ticket &{id} has no site', when: { field: 'site_id', empty: true } },
      input: { id: 7, site_id: null },
      error: 'Ticket 7 has no site',
    },
    {
      title: 'Lets other records pass',
      options: { message: 'Ticket &{id} has no site', when: { field: 'site_id', empty: true } },
      input: { id: 7, site_id: 3 },
      output: [{ id: 7, site_id: 3 }],
    },
    {
      title: 'Without condition every record fails',
      options: { message: 'Not ready' },
      input: { id: 7 },
      error: 'Not ready',
    },
  ],
  create({ message, when }, { variable }) {
    const holds = when === undefined ? () => true : compileCondition(when, 'when');
    const text = compileTemplate(message, { variables: variable, onMissing: 'null', at: 'message' });
    return (record, { variables }) => {
      if (!holds(record, variables)) return [record];
      const shown = text.evaluate(record, variables);
      throw new TransformError(plainText(shown) || 'The step "fail" refuses this record; its message is empty here');
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
