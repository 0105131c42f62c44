import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import type { Json } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';

const options = {
  type: 'object',
  properties: {
    variables: {
      type: 'object',
      minProperties: 1,
      // What can follow `$vars.` without quotes.
      propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]{0,63}$' },
      description: 'Values, or templates, by name: { "client": "&{client.id}" }. A null stays null.',
    },
  },
  required: ['variables'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'set-variable',
  summary:
    'Keeps values beside the record for the steps that follow: &{$vars.name}. Each record has its own, from one list of steps to its end.',
  setsVariables: true,
  options,
  examples: [
    {
      title: 'A value that a later step reads',
      options: { variables: { client: '&{client.id}' } },
      input: { client: { id: 12 } },
      output: [{ client: { id: 12 } }],
    },
    {
      title: 'A strict path that finds nothing fails the record',
      options: { variables: { client: '&{client.id}' } },
      input: { id: 7 },
      error: '"client.id" finds nothing',
    },
  ],
  create({ variables }, context) {
    const template = compileTemplate(variables as Json, { variables: context.variable, at: 'variables' });
    return (record, run) => {
      const values = template.evaluate(record, run.variables) as Readonly<Record<string, Json>>;
      run.variables = { ...run.variables, ...values };
      return [record];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
