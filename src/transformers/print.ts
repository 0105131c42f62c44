import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { convertField } from '../core/convert-field.ts';
import { CSV_PROPERTIES, DATA_FORMATS, printText } from '../core/data-formats.ts';

const options = {
  type: 'object',
  properties: {
    field: { type: 'string', minLength: 1, description: 'Path of the value; "@" is the whole record.' },
    format: { enum: DATA_FORMATS, default: 'json', description: 'What is written.' },
    to: { type: 'string', minLength: 1, description: 'Path where the text goes; without it in place of the value.' },
    ...CSV_PROPERTIES,
  },
  required: ['field'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'print',
  summary: 'Writes a value as a text of JSON, CSV or form fields.',
  options,
  examples: [
    {
      title: 'The whole record as JSON',
      options: { field: '@', to: 'json' },
      input: { id: 7 },
      output: [{ id: 7, json: '{"id":7}' }],
    },
    {
      title: 'Rows as CSV',
      options: { field: 'rows', format: 'csv' },
      input: { rows: [{ sku: 'A', n: 1 }, { sku: 'B, "x"' }] },
      output: [{ rows: 'sku,n\r\nA,1\r\n"B, ""x""",' }],
    },
    {
      title: 'Form fields',
      options: { field: 'body', format: 'form' },
      input: { body: { id: 7, tag: ['a', 'b c'] } },
      output: [{ body: 'id=7&tag=a&tag=b+c' }],
    },
  ],
  create({ field, format, to, separator, header }) {
    return convertField(field, to, (value) => printText(value, format, { separator, header }));
  },
} satisfies Transformer<FromSchema<typeof options>>;
