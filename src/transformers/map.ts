import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { ConfigError, TransformError } from '../core/errors.ts';
import { getPath, parsePath, setPath } from '../core/field-path.ts';
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
        'Fields of the new record: each a value, a template such as "&{summary}", a nested object or list of these, or a ' +
        'rule: { "from": "price", "steps": […], "cast": "number", "default": 0 }. ' +
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
    {
      title: 'Rules: from where, through which steps, into which type',
      options: {
        fields: {
          price: { from: 'price', steps: [{ type: 'parse-number', decimalPoint: ',', thousands: '.' }] },
          quantity: { from: 'qty', cast: 'integer', default: 1 },
          status: { from: 'status_id', steps: [{ type: 'lookup', table: { '1': 'open', '9': 'closed' } }] },
          'address.line': {
            value: ['?{street}', '?{zip}', '?{city}'],
            steps: [{ type: 'join', with: ', ' }],
          },
          due: {
            from: 'created',
            steps: [
              { type: 'add-to-date', days: 14 },
              { type: 'format-date', to: 'dd.MM.yyyy' },
            ],
          },
        },
      },
      input: { price: '1.234,50', status_id: 9, street: 'Main St 1', city: 'Berlin', created: '2025-03-01' },
      output: [
        { price: 1234.5, quantity: 1, status: 'closed', address: { line: 'Main St 1, Berlin' }, due: '15.03.2025' },
      ],
    },
    {
      title: 'A rule with a condition: one value or another, or none',
      options: {
        fields: {
          level: { value: 'gold', when: { field: 'spent', atLeast: 1000 }, default: 'normal' },
          discount: { value: 10, when: { field: 'spent', atLeast: 1000 } },
        },
      },
      input: { spent: 20 },
      output: [{ level: 'normal' }],
    },
    {
      title: 'What cannot be made into the type names the field',
      options: { fields: { 'total.net': { from: 'net', cast: 'number' } } },
      input: { net: 'NaN' },
      error: 'Field "total.net": "NaN" is not a number',
    },
  ],
  create({ fields, onMissing }, { variable }) {
    const given = fields as DataRecord;
    const special = rulesIn(given, { steps: valueSteps, variable, onMissing });
    const template = compileTemplate(nest(given), { variables: variable, onMissing, at: 'fields', special });
    // The template is an object, so what it gives is one too.
    return (record, run) => [template.evaluate(record, run.variables) as DataRecord];
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
