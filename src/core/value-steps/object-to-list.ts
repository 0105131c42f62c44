import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError } from '../errors.ts';
import { objectOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    key: { type: 'string', minLength: 1, default: 'key', description: 'Field of an item that gets the key.' },
    value: { type: 'string', minLength: 1, default: 'value', description: 'Field of an item that gets the value.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'object-to-list',
  summary: 'Makes a list of keys and values of an object.',
  options,
  examples: [
    {
      options: {},
      input: { color: 'red', size: 5 },
      output: [
        { key: 'color', value: 'red' },
        { key: 'size', value: 5 },
      ],
    },
    { options: { key: 'name' }, input: { a: null }, output: [{ name: 'a', value: null }] },
  ],
  create({ key, value: field }) {
    if (key === field) throw new ConfigError('ERR_INVALID', 'needs two different names for "key" and "value"');
    return (value) =>
      Object.entries(objectOf(value)).map(([name, content]) =>
        Object.fromEntries([
          [key, name],
          [field, content],
        ]),
      );
  },
} satisfies ValueStep<FromSchema<typeof options>>;
