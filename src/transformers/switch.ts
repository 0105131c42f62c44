import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { canonicalText } from '../core/canonical-text.ts';
import type { Transform, Transformer } from '../core/component.ts';
import { ConfigError } from '../core/errors.ts';
import { getPath, parsePath } from '../core/field-path.ts';
import type { Json } from '../core/record.ts';

const options = {
  type: 'object',
  properties: {
    field: { type: 'string', minLength: 1, description: 'Path of the field that decides; missing counts as null.' },
    cases: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          in: { type: 'array', minItems: 1, description: 'Values that this case is for; text "9" is not number 9.' },
          steps: { type: 'array', items: { type: 'object' }, description: 'Steps of this case.' },
        },
        required: ['in', 'steps'],
        additionalProperties: false,
      },
      description: 'What is done for which values.',
    },
    default: {
      type: 'array',
      items: { type: 'object' },
      default: [],
      description: 'Steps for all other values; without them the record goes on as it is.',
    },
  },
  required: ['field', 'cases'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const examples = {
  field: 'status',
  cases: [
    { in: ['open', 'new'], steps: [{ type: 'set', fields: { status_id: 1 } }] },
    { in: ['closed'], steps: [{ type: 'set', fields: { status_id: 9 } }] },
  ],
  default: [{ type: 'fail', message: 'Status "&{status}" is not known' }],
};

export default {
  type: 'switch',
  summary: 'Runs the steps that belong to the value of a field.',
  options,
  examples: [
    {
      title: 'A case for two values',
      options: examples,
      input: { status: 'new' },
      output: [{ status: 'new', status_id: 1 }],
    },
    { title: 'All other values', options: examples, input: { status: 'lost' }, error: 'Status "lost" is not known' },
    {
      title: 'Without a default the others go on',
      options: { field: 'status', cases: [{ in: [null], steps: [{ type: 'set', fields: { status: 'new' } }] }] },
      input: { status: 'open' },
      output: [{ status: 'open' }],
    },
  ],
  create({ field, cases, default: otherwise }, context) {
    const path = parsePath(field);
    const byValue = new Map<string, Transform>();
    for (const [index, each] of cases.entries()) {
      const chain = context.chain(each.steps, `cases[${index}].steps`);
      for (const value of each.in as readonly Json[]) {
        const key = canonicalText(value);
        if (byValue.has(key)) throw new ConfigError('ERR_INVALID', `has two cases for ${key}`);
        byValue.set(key, chain);
      }
    }
    const rest = context.chain(otherwise, 'default');
    return (record, run) => (byValue.get(canonicalText(getPath(record, path) ?? null)) ?? rest)(record, run);
  },
} satisfies Transformer<FromSchema<typeof options>>;
