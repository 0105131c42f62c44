import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { parsePath, setPath } from '../core/field-path.ts';
import type { DataRecord } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';

const options = {
  type: 'object',
  properties: {
    fields: {
      type: 'object',
      minProperties: 1,
      description:
        'Fields to set, by path such as "customer.id" or "lines[0].sku": each a value, a template such as "&{summary}", ' +
        'or a nested object or list of these. All templates read the record as it came in.',
    },
  },
  required: ['fields'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'set',
  summary: 'Sets fields and keeps all others.',
  options,
  examples: [
    {
      title: 'Adds and replaces fields',
      options: { fields: { 'customer.name': '&{client_name}', status: 'new' } },
      input: { client_name: 'Acme', status: 'open', customer: { id: 12 } },
      output: [{ client_name: 'Acme', status: 'new', customer: { id: 12, name: 'Acme' } }],
    },
    {
      title: 'A default where nothing is found',
      options: { fields: { priority: '&{priority || `3`}' } },
      input: { id: 7 },
      output: [{ id: 7, priority: 3 }],
    },
    {
      title: 'A plain value cannot hold a field',
      options: { fields: { 'customer.name': 'Acme' } },
      input: { customer: 12 },
      error: 'Field "customer" is not an object',
    },
  ],
  create({ fields }, { variable }) {
    const template = compileTemplate(fields as DataRecord, { variables: variable, at: 'fields' });
    const targets = Object.keys(fields).map((name) => ({ name, path: parsePath(name) }));
    return (record) => {
      const values = template.evaluate(record) as DataRecord;
      return [targets.reduce((result, { name, path }) => setPath(result, path, values[name] ?? null), record)];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
