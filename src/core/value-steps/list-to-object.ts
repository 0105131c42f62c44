import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { TransformError } from '../errors.ts';
import { getPath, parsePath } from '../field-path.ts';
import type { Json } from '../record.ts';
import { listOf, textOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    key: { type: 'string', minLength: 1, default: 'key', description: 'Path of the key inside each item.' },
    value: {
      type: 'string',
      minLength: 1,
      default: 'value',
      description:
        'Path of the value inside each item; "@" is the whole item. Of two with the same key the last counts.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'list-to-object',
  summary: 'Makes an object of a list of keys and values.',
  options,
  examples: [
    { options: { key: 'name' }, input: [{ name: 'color', value: 'red' }], output: { color: 'red' } },
    { options: { key: 'id', value: '@' }, input: [{ id: 7 }], output: { '7': { id: 7 } } },
    { options: {}, input: [{ value: 1 }], error: 'finds no "key" in item 1' },
  ],
  create({ key, value: field }) {
    const keyPath = parsePath(key);
    const valuePath = parsePath(field);
    return (value) => Object.fromEntries(listOf(value).map((item, index) => entry(item, index)));

    function entry(item: Json, index: number): [string, Json] {
      const name = getPath(item, keyPath) ?? null;
      if (name === null) throw new TransformError(`finds no "${key}" in item ${index + 1}`);
      return [textOf(name), field === '@' ? item : (getPath(item, valuePath) ?? null)];
    }
  },
} satisfies ValueStep<FromSchema<typeof options>>;
