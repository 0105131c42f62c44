import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { ConfigError, TransformError } from '../core/errors.ts';
import { formatPath } from '../core/field-path.ts';
import { compileGlob, GLOB_WORDS, isGlob } from '../core/glob-path.ts';
import { isRecord } from '../core/record.ts';

const options = {
  type: 'object',
  properties: {
    pattern: { type: 'string', minLength: 1, description: `Path of the objects, with a "*" in it. ${GLOB_WORDS}.` },
    parent: {
      type: 'string',
      minLength: 1,
      description: 'Field of each new record that gets the whole record it came from.',
    },
  },
  required: ['pattern'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'get-branches',
  summary: 'Makes a record of each object that a pattern finds; the record around them goes.',
  options,
  examples: [
    {
      title: 'One record for each line of each order',
      options: { pattern: 'orders.*.lines.*' },
      input: { orders: [{ lines: [{ sku: 'A' }, { sku: 'B' }] }, { lines: [{ sku: 'C' }] }] },
      output: [{ sku: 'A' }, { sku: 'B' }, { sku: 'C' }],
    },
    {
      title: 'With the record that it came from',
      options: { pattern: 'lines.*', parent: 'order' },
      input: { id: 7, lines: [{ sku: 'A' }] },
      output: [{ sku: 'A', order: { id: 7, lines: [{ sku: 'A' }] } }],
    },
    { title: 'Nothing found, nothing made', options: { pattern: 'lines.*' }, input: { id: 7 }, output: [] },
    {
      title: 'What is no object fails the record',
      options: { pattern: 'tags.*' },
      input: { tags: ['a'] },
      error: 'Field "tags[0]" is not an object',
    },
  ],
  create({ pattern, parent }) {
    if (!isGlob(pattern)) throw new ConfigError('ERR_INVALID', 'needs a "*" in "pattern"; for a list use "split-list"');
    const find = compileGlob(pattern);
    return (record) =>
      find(record).map(({ path, value }) => {
        if (isRecord(value)) return parent === undefined ? value : { ...value, [parent]: record };
        const field = formatPath(path);
        throw new TransformError(`Field "${field}" is not an object`, { field });
      });
  },
} satisfies Transformer<FromSchema<typeof options>>;
