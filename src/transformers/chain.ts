import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { ConfigError } from '../core/errors.ts';
import type { DataRecord, Json } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';

const options = {
  type: 'object',
  properties: {
    steps: { type: 'array', items: { type: 'object' }, description: 'Steps to run one after the other.' },
    use: { type: 'string', minLength: 1, description: 'Identifier of a saved transformer to run in place of "steps".' },
    variables: {
      type: 'object',
      description:
        'Variables that the steps begin with, values or templates by name; they see no others, and what they set ends with them. Without it they share those of the steps around.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'chain',
  summary: 'Runs several steps as one, written here or saved under a name. Also known as execute.',
  options,
  examples: [
    {
      title: 'Two steps as one',
      options: {
        steps: [
          { type: 'copy', fields: { id: 'key' } },
          { type: 'remove', fields: ['id'] },
        ],
      },
      input: { id: 7 },
      output: [{ key: 7 }],
    },
    {
      title: 'A saved transformer, with a variable of its own',
      options: { use: 'in-euros', variables: { rate: '&{rate}' } },
      given: { transformers: { 'in-euros': [{ type: 'set', fields: { price: '&{$vars.rate}' } }] } },
      input: { price: 1, rate: 2 },
      output: [{ price: 2, rate: 2 }],
    },
    {
      title: 'No steps leave the record as it is',
      options: { steps: [] },
      input: { id: 7 },
      output: [{ id: 7 }],
    },
  ],
  create({ steps, use, variables }, context) {
    if ((steps === undefined) === (use === undefined)) {
      throw new ConfigError('ERR_INVALID', 'takes either "steps" or "use"');
    }
    const chain = use === undefined ? context.chain(steps, 'steps') : context.chain(context.saved(use), 'use');
    if (variables === undefined) return chain;
    const template = compileTemplate(variables as Json, { variables: context.variable, at: 'variables' });
    return (record, run) => {
      const around = run.variables;
      run.variables = template.evaluate(record, around) as DataRecord;
      const made = chain(record, run);
      if (made instanceof Promise) {
        return made.then((records) => {
          run.variables = around;
          return records;
        });
      }
      run.variables = around;
      return made;
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
