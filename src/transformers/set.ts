import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { parsePath, setPath } from '../core/field-path.ts';
import { FIELD_VALUE, rulesIn } from '../core/field-rule.ts';
import type { DataRecord } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import { valueSteps } from '../core/value-steps/index.ts';

const options = {
  type: 'object',
  properties: {
    fields: {
      type: 'object',
      minProperties: 1,
      additionalProperties: FIELD_VALUE,
      description:
        'Fields to set, by path such as "customer.id" or "lines[0].sku": each a value, a template such as "&{summary}", ' +
        'a nested object or list of these, or a rule as in "map". All of them read the record as it came in; a field ' +
        'that its rule leaves out stays as it is.',
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
      title: 'Changes a field by value steps',
      options: { fields: { email: { from: 'email', steps: [{ type: 'trim' }, { type: 'case', to: 'lower' }] } } },
      input: { id: 7, email: ' A@B.C ' },
      output: [{ id: 7, email: 'a@b.c' }],
    },
    {
      title: 'A plain value cannot hold a field',
      options: { fields: { 'customer.name': 'Acme' } },
      input: { customer: 12 },
      error: 'Field "customer" is not an object',
    },
  ],
  create({ fields }, { variable }) {
    const given = fields as DataRecord;
    const special = rulesIn(given, { steps: valueSteps, variable, onMissing: 'error' });
    const template = compileTemplate(given, { variables: variable, at: 'fields', special });
    const targets = Object.keys(given).map((name) => ({ name, path: parsePath(name) }));
    return (record, { variables }) => {
      const values = template.evaluate(record, variables) as DataRecord;
      return [
        targets.reduce((result, { name, path }) => {
          const value = Object.hasOwn(values, name) ? values[name] : undefined;
          return value === undefined ? result : setPath(result, path, value);
        }, record),
      ];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
