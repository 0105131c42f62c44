import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError, TransformError } from '../errors.ts';
import type { Json } from '../record.ts';
import { shownValue, textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    table: {
      type: 'object',
      minProperties: 1,
      description: 'Value → what it becomes: { "1": "open", "9": "closed" }. Numbers and true or false match as text.',
    },
    noMatch: {
      enum: ['error', 'keep', 'null', 'omit', 'default'],
      default: 'error',
      description:
        'What a value that is not in the table becomes: the record fails, it stays, null, nothing, or "default".',
    },
    default: { description: 'Value for what is not in the table, with "noMatch": "default".' },
    ignoreCase: {
      type: 'boolean',
      default: false,
      description: 'Makes no difference between capital and small letters.',
    },
  },
  required: ['table'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'lookup',
  summary: 'Replaces a value by what a table says.',
  options,
  examples: [
    { options: { table: { '1': 'open', '9': 'closed' } }, input: 9, output: 'closed' },
    { options: { table: { de: 'Germany' }, ignoreCase: true, noMatch: 'keep' }, input: 'DE', output: 'Germany' },
    { options: { table: { a: 1 }, noMatch: 'default', default: 0 }, input: 'b', output: 0 },
    { options: { table: { a: 1 } }, input: 'constructor', error: '"constructor" is not in the table' },
  ],
  create({ table, noMatch, default: other, ignoreCase }) {
    if ((noMatch === 'default') !== (other !== undefined)) {
      throw new ConfigError('ERR_INVALID', 'takes "default" together with "noMatch": "default" only');
    }
    const keyOf = (text: string) => (ignoreCase ? text.toLowerCase() : text);
    const rows = new Map(Object.entries(table as Readonly<Record<string, Json>>).map(([key, to]) => [keyOf(key), to]));
    return (value) => {
      const found = rows.get(keyOf(textOf(value)));
      if (found !== undefined) return found;
      if (noMatch === 'error') throw new TransformError(`finds that ${shownValue(value)} is not in the table`);
      if (noMatch === 'keep') return value;
      if (noMatch === 'default') return other as Json;
      return noMatch === 'null' ? null : undefined;
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;
