import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { ConfigError } from '../core/errors.ts';

const options = {
  type: 'object',
  properties: {
    steps: { type: 'array', items: { type: 'object' }, description: 'Steps to run one after the other.' },
    use: { type: 'string', minLength: 1, description: 'Identifier of a saved transformer to run in place of "steps".' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'chain',
  summary: 'Runs several steps as one, written here or saved under a name.',
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
      title: 'No steps leave the record as it is',
      options: { steps: [] },
      input: { id: 7 },
      output: [{ id: 7 }],
    },
  ],
  create({ steps, use }, context) {
    if ((steps === undefined) === (use === undefined)) {
      throw new ConfigError('ERR_INVALID', 'takes either "steps" or "use"');
    }
    return use === undefined ? context.chain(steps, 'steps') : context.chain(context.saved(use), 'use');
  },
} satisfies Transformer<FromSchema<typeof options>>;
