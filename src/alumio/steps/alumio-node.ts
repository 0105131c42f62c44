import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import type { DataRecord } from '../../core/record.ts';
import { compileEach } from '../each-node.ts';
import { partContext } from '../part-context.ts';
import { ACCESSOR, FILTERS } from '../part.ts';
import { fromJson, type Php, toRecord } from '../php/array.ts';

const options = {
  type: 'object',
  properties: {
    accessor: ACCESSOR,
    filters: FILTERS,
    steps: { type: 'array', items: { type: 'object' }, description: 'Steps for each value.' },
  },
  required: ['accessor', 'steps'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-node',
  summary: 'Runs steps on values inside the record, each of which is the record to them; those that filters refuse go.',
  options,
  examples: [
    {
      title: 'Every line',
      options: {
        accessor: { type: 'key', root: 'lines' },
        steps: [{ type: 'alumio-pattern-move', pattern: 'code', replacement: 'sku' }],
      },
      input: { lines: [{ code: 'A' }, { code: 'B' }] },
      output: [{ lines: [{ sku: 'A' }, { sku: 'B' }] }],
    },
    {
      title: 'Those that are refused leave a gap',
      options: {
        accessor: { type: 'pattern', pattern: 'lines.*' },
        filters: [{ type: 'key-condition', filter: { type: 'key-exists-condition', path: 'sku' } }],
        steps: [],
      },
      input: { lines: [{}, { sku: 'B' }] },
      output: [{ lines: { '1': { sku: 'B' } } }],
    },
    {
      title: 'Nothing there, nothing done',
      options: { accessor: { type: 'key', root: 'lines' }, steps: [] },
      input: { id: 7 },
      output: [{ id: 7 }],
    },
  ],
  create({ accessor, filters, steps }, context) {
    const parts = partContext(context);
    const { read, remove, put } = parts.accessor(accessor, 'accessor');
    const holds = parts.filters(filters, 'filters');
    const chain = context.chain(steps, 'steps');
    const each = compileEach(chain, holds);
    return (record, run) => {
      const root = fromJson(record);
      const entries = read(root);
      const finish = (results: readonly (Php | undefined)[]): DataRecord[] => {
        remove(
          root,
          entries.filter((_, index) => results[index] === undefined),
        );
        const kept = entries.map((entry, index) => ({ entry, value: results[index] }));
        return [
          toRecord(
            kept.reduce(
              (current, { entry, value }) => (value === undefined ? current : put(current, entry, value)),
              root,
            ),
            record,
          ),
        ];
      };
      const results = each(
        entries.map(({ value }) => value),
        run,
      );
      return results instanceof Promise ? results.then(finish) : finish(results);
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
