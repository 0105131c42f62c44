import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { TransformError } from '../../core/errors.ts';
import type { Transformer } from '../../core/component.ts';
import { fromJson, toRecord } from '../php/array.ts';
import { compileGlobPattern } from '../php/pattern.ts';

const options = {
  type: 'object',
  properties: {
    pattern: { type: 'string', minLength: 1, description: 'Pattern of the values, with a "*" in it.' },
    entityType: { type: ['string', 'null'], default: null, description: 'Kept from Alumio: what the new records are.' },
  },
  required: ['pattern'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-brancher',
  summary: 'Makes a record of each value that a pattern finds; the record around them goes.',
  options,
  examples: [
    {
      title: 'One record for each product',
      options: { pattern: 'products.*' },
      input: { products: { A: { id: 1 }, B: { id: 2 } } },
      output: [{ id: 1 }, { id: 2 }],
    },
    {
      title: 'Nothing found, nothing made',
      options: { pattern: 'products.*' },
      input: { id: 7 },
      output: [],
    },
  ],
  create({ pattern }) {
    const { find } = compileGlobPattern(pattern);
    return (record) =>
      find(fromJson(record)).map(({ path, value }) => {
        if (value instanceof Map) return toRecord(value);
        throw new TransformError(`What stands at "${path.join('.')}" is no object, so no record can be made of it`);
      });
  },
} satisfies Transformer<FromSchema<typeof options>>;
