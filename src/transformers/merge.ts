import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { TransformError } from '../core/errors.ts';
import { transformEach } from '../core/each-record.ts';
import { getPath, parsePath, setPath } from '../core/field-path.ts';
import { mergeDeep } from '../core/merge-values.ts';
import { isRecord, type DataRecord, type Json } from '../core/record.ts';
import type { StepRun } from '../core/step-run.ts';
import { compileTemplate } from '../core/templates.ts';

const options = {
  type: 'object',
  properties: {
    value: {
      type: ['object', 'string'],
      description: 'Object that is merged in: a template such as "&{address}", or an object of templates.',
    },
    steps: {
      type: 'array',
      items: { type: 'object' },
      description:
        'Steps on a copy of the record, of which "value" reads the result: { "response": "&{@}" } keeps it beside the record.',
    },
    to: {
      type: 'string',
      minLength: 1,
      description: 'Path of the object that it is merged into; without it the record.',
    },
    deep: { type: 'boolean', default: true, description: 'Merges objects inside of objects; lists are replaced.' },
    keepExisting: { type: 'boolean', default: false, description: 'Fields that are there already win.' },
  },
  required: ['value'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'merge',
  summary: 'Merges an object into the record, or the result of steps beside what they were applied to.',
  options,
  examples: [
    {
      title: 'Lifts the fields of an object',
      options: { value: '&{address}' },
      input: { id: 7, address: { city: 'Berlin' } },
      output: [{ id: 7, address: { city: 'Berlin' }, city: 'Berlin' }],
    },
    {
      title: 'Fills in what is not there',
      options: { value: { site: { country: 'DE', city: '' } }, keepExisting: true },
      input: { site: { city: 'Berlin' } },
      output: [{ site: { country: 'DE', city: 'Berlin' } }],
    },
    {
      title: 'Keeps the result of steps beside the record',
      options: { steps: [{ type: 'map', fields: { sku: '&{code}' } }], value: { item: '&{@}' } },
      input: { code: 'A' },
      output: [{ code: 'A', item: { sku: 'A' } }],
    },
    {
      title: 'Only objects can be merged',
      options: { value: '&{tags}' },
      input: { tags: ['a'] },
      error: 'is not an object',
    },
  ],
  create({ value, steps, to, deep, keepExisting }, context) {
    const { evaluate } = compileTemplate(value as Json, { variables: context.variable, at: 'value' });
    const chain = steps === undefined ? undefined : context.chain(steps, 'steps');
    const path = to === undefined ? undefined : parsePath(to);
    const combine = (record: DataRecord, source: DataRecord, run: StepRun): DataRecord => {
      const target = path === undefined ? record : (getPath(record, path) ?? {});
      const [under, over] = keepExisting
        ? [evaluate(source, run.variables), target]
        : [target, evaluate(source, run.variables)];
      if (!isRecord(under) || !isRecord(over))
        throw new TransformError('What would be merged is not an object', { to });
      const merged = deep ? mergeDeep(under, over) : { ...under, ...over };
      return path === undefined ? merged : setPath(record, path, merged);
    };
    return (record, run) => {
      if (!chain) return [combine(record, record, run)];
      return transformEach(chain, [record], run, ([made = []]) => made.map((source) => combine(record, source, run)));
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
