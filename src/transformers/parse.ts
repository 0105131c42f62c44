import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { convertField } from '../core/convert-field.ts';
import { CSV_PROPERTIES, DATA_FORMATS, parseText, XML_PROPERTIES } from '../core/data-formats.ts';
import { parsePath } from '../core/field-path.ts';

const options = {
  type: 'object',
  properties: {
    field: { type: 'string', minLength: 1, description: 'Path of the field that holds the text.' },
    format: { enum: DATA_FORMATS, default: 'json', description: 'What the text is.' },
    to: { type: 'string', minLength: 1, description: 'Path where the value goes; without it in place of the text.' },
    ...CSV_PROPERTIES,
    ...XML_PROPERTIES,
    namespaces: {
      enum: ['keep', 'remove'],
      default: 'keep',
      description: 'XML: whether names keep the prefix of their namespace ("soap:Body").',
    },
    lists: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      default: [],
      description:
        'XML: paths that are lists however often the element comes, e.g. "orders.order"; "*" is any one name. Without it an element is a list only where it comes twice.',
    },
  },
  required: ['field'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'parse',
  summary: 'Reads JSON, CSV, XML or form fields out of a text.',
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
      title: 'XML; one order is a list of one',
      options: { field: 'body', format: 'xml', lists: ['orders.order'] },
      input: { body: '<?xml version="1.0"?><orders><order id="7"><sku>A &amp; B</sku><note/></order></orders>' },
      output: [{ body: { orders: { order: [{ '@id': '7', sku: 'A & B', note: '' }] } } }],
    },
    {
      title: 'XML without the prefixes of its namespaces',
      options: { field: 'body', format: 'xml', namespaces: 'remove' },
      input: { body: '<s:Envelope xmlns:s="urn:s"><s:Body lang="en">hello</s:Body></s:Envelope>' },
      output: [{ body: { Envelope: { Body: { '@lang': 'en', '#text': 'hello' } } } }],
    },
    {
      title: 'XML with a DOCTYPE is refused',
      options: { field: 'body', format: 'xml' },
      input: { body: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' },
      error: 'is XML with a DOCTYPE, which is refused',
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
  create({ field, format, to, ...options }) {
    options.lists.forEach(parsePath);
    return convertField(field, to, (value) => parseText(value, format, options));
  },
} satisfies Transformer<FromSchema<typeof options>>;
