import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { convertField } from '../core/convert-field.ts';
import { CSV_PROPERTIES, DATA_FORMATS, parseText } from '../core/data-formats.ts';

const options = {
  type: 'object',
  properties: {
    field: { type: 'string', minLength: 1, description: 'Path of the field that holds the text.' },
    format: { enum: DATA_FORMATS, default: 'json', description: 'What the text is.' },
    to: { type: 'string', minLength: 1, description: 'Path where the value goes; without it in place of the text.' },
    ...CSV_PROPERTIES,
  },
  required: ['field'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'parse',
  summary: 'Reads JSON, CSV or form fields out of a text.',
  options,
  examples: [
    {
      title: 'JSON in a text field',
      options: { field: 'payload' },
      input: { payload: '{"id":7}' },
      output: [{ payload: { id: 7 } }],
    },
    {
      title: 'CSV with a header',
      options: { field: 'file', format: 'csv', separator: ';', to: 'rows' },
      input: { file: 'sku;name\r\nA;"Pen; blue"\r\n' },
      output: [{ file: 'sku;name\r\nA;"Pen; blue"\r\n', rows: [{ sku: 'A', name: 'Pen; blue' }] }],
    },
    {
      title: 'Form fields; a name that comes twice is a list',
      options: { field: 'body', format: 'form' },
      input: { body: 'id=7&tag=a&tag=b+c' },
      output: [{ body: { id: '7', tag: ['a', 'b c'] } }],
    },
    {
      title: 'A text that is none fails the record',
      options: { field: 'payload' },
      input: { payload: '{"id"' },
      error: 'Field "payload": finds no valid JSON',
    },
  ],
  create({ field, format, to, separator, header }) {
    return convertField(field, to, (value) => parseText(value, format, { separator, header }));
  },
} satisfies Transformer<FromSchema<typeof options>>;
