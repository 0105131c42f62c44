import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { convertField } from '../core/convert-field.ts';
import { CSV_PROPERTIES, DATA_FORMATS, printText, XML_PROPERTIES } from '../core/data-formats.ts';

const options = {
  type: 'object',
  properties: {
    field: { type: 'string', minLength: 1, description: 'Path of the value; "@" is the whole record.' },
    format: { enum: DATA_FORMATS, default: 'json', description: 'What is written.' },
    to: { type: 'string', minLength: 1, description: 'Path where the text goes; without it in place of the value.' },
    ...CSV_PROPERTIES,
    ...XML_PROPERTIES,
    root: {
      type: 'string',
      minLength: 1,
      description: 'XML: name of the outermost element; without it the value is an object with one field, its name.',
    },
    item: { type: 'string', minLength: 1, default: 'item', description: 'XML: name of each element of a list.' },
    declaration: { type: 'boolean', default: true, description: 'XML: whether the text begins with "<?xml …?>".' },
    indent: {
      type: 'integer',
      minimum: 0,
      maximum: 8,
      default: 0,
      description: 'XML: spaces of each level; 0 writes all on one line.',
    },
  },
  required: ['field'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'print',
  summary: 'Writes a value as a text of JSON, CSV, XML or form fields.',
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
      title: 'XML with an attribute and a list',
      options: { field: '@', format: 'xml', to: 'xml', root: 'order', declaration: false },
      input: { '@id': 7, sku: ['A & B', 'C'], note: null },
      output: [
        {
          '@id': 7,
          sku: ['A & B', 'C'],
          note: null,
          xml: '<order id="7"><sku>A &amp; B</sku><sku>C</sku><note/></order>',
        },
      ],
    },
    {
      title: 'A list as XML, indented',
      options: { field: 'rows', format: 'xml', root: 'rows', item: 'row', indent: 2 },
      input: { rows: [{ n: 1 }] },
      output: [{ rows: '<?xml version="1.0" encoding="UTF-8"?>\n<rows>\n  <row>\n    <n>1</n>\n  </row>\n</rows>' }],
    },
    {
      title: 'A name that XML does not know fails the record',
      options: { field: 'a', format: 'xml', root: 'a' },
      input: { a: { '1 b': 2 } },
      error: 'Field "a": cannot write "1 b" as the name of an XML element',
    },
    {
      title: 'Form fields',
      options: { field: 'body', format: 'form' },
      input: { body: { id: 7, tag: ['a', 'b c'] } },
      output: [{ body: 'id=7&tag=a&tag=b+c' }],
    },
  ],
  create({ field, format, to, ...options }) {
    return convertField(field, to, (value) => printText(value, format, { root: undefined, ...options }));
  },
} satisfies Transformer<FromSchema<typeof options>>;
