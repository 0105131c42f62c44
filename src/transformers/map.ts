import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { ConfigError, TransformError } from '../core/errors.ts';
import { getPath, parsePath, setPath } from '../core/field-path.ts';
import type { DataRecord } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';

const options = {
  type: 'object',
  properties: {
    fields: {
      type: 'object',
      minProperties: 1,
      description:
        'Fields of the new record: each a value, a template such as "&{summary}", or a nested object or list of these. ' +
        'A dotted name makes nested objects: "customer.id"; a name with a dot in it stands in quotes: "\\"e.mail\\"".',
    },
    onMissing: {
      enum: ['error', 'null', 'omit'],
      default: 'error',
      description: 'What "&{…}" does when it finds nothing: fails the record, gives null, or leaves the field out.',
    },
  },
  required: ['fields'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'map',
  summary: 'Makes a new record of exactly the fields that you name.',
  options,
  examples: [
    {
      title: 'Renames, nests and combines fields',
      options: {
        fields: {
          subject: '&{summary}',
          'customer.id': '&{client_id}',
          'customer.name': '&{client_name}',
          label: '#&{id} &{summary}',
          source: 'halo',
        },
      },
      input: { id: 7, summary: 'Printer', client_id: 12, client_name: 'Acme', internal: true },
      output: [{ subject: 'Printer', customer: { id: 12, name: 'Acme' }, label: '#7 Printer', source: 'halo' }],
    },
    {
      title: 'Lists by expression, null where "?{…}" finds nothing',
      options: { fields: { skus: '&{lines[].sku}', phone: '?{contact.phone}' } },
      input: { lines: [{ sku: 'A' }, { sku: 'B' }] },
      output: [{ skus: ['A', 'B'], phone: null }],
    },
    {
      title: 'Leaves out what is missing',
      options: { fields: { id: '&{id}', site: '&{site_name}' }, onMissing: 'omit' },
      input: { id: 7 },
      output: [{ id: 7 }],
    },
    {
      title: 'A missing field fails the record',
      options: { fields: { site: '&{site_name}' } },
      input: { id: 7 },
      error: '"site_name" finds nothing in this record',
    },
  ],
  create({ fields, onMissing }, { variable }) {
    const template = compileTemplate(nest(fields as DataRecord), { variables: variable, onMissing, at: 'fields' });
    // The template is an object, so what it gives is one too.
    return (record) => [template.evaluate(record) as DataRecord];
  },
} satisfies Transformer<FromSchema<typeof options>>;

/** Turns dotted names into nested objects, once, before compiling. */
function nest(fields: DataRecord): DataRecord {
  return Object.entries(fields).reduce<DataRecord>((nested, [name, source]) => {
    const path = parsePath(name);
    if (getPath(nested, path) !== undefined) throw conflict(name);
    try {
      return setPath(nested, path, source);
    } catch (error) {
      if (error instanceof TransformError) throw conflict(name);
      throw error;
    }
  }, {});
}

function conflict(name: string): ConfigError {
  return new ConfigError('ERR_INVALID', 'is given twice, or inside a field that has its own value', {
    details: { path: `fields.${name}` },
  });
}
