import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { TransformError } from '../core/errors.ts';
import { getPath, parsePath, setPath } from '../core/field-path.ts';
import type { DataRecord, Json } from '../core/record.ts';
import { type StepRun, whenKnown } from '../core/step-run.ts';
import { compileEntry, ENTRY_OPTIONS } from '../core/storage-key.ts';
import { compileTemplate } from '../core/templates.ts';

const options = {
  type: 'object',
  properties: {
    ...ENTRY_OPTIONS,
    from: {
      type: 'string',
      minLength: 1,
      description: 'Path of the part of the entry that is wanted; all of it by default.',
    },
    to: { type: 'string', minLength: 1, description: 'Path of the field that gets it.' },
    onMissing: {
      enum: ['keep', 'null', 'default', 'skip', 'fail'],
      description:
        'What happens where there is no entry, or nothing at "from": the record stays as it is, the field is null or gets "default", the record is left out or fails. By default "fail", or "default" where one is given.',
    },
    default: { description: 'Value, or template, for "onMissing".' },
  },
  required: ['storage', 'key', 'to'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const given = { storages: { ids: { A: { id: 12, site: { id: 3 } } } } };

export default {
  type: 'storage-get',
  summary: 'Reads an entry of a storage into a field.',
  usesPlatform: true,
  options,
  examples: [
    {
      title: 'An entry under a key of the record',
      options: { storage: 'ids', key: '&{sku}', from: 'site.id', to: 'site_id' },
      given,
      input: { sku: 'A' },
      output: [{ sku: 'A', site_id: 3 }],
    },
    {
      title: 'A value where there is none',
      options: { storage: 'ids', key: '&{sku}', to: 'item', default: { id: 0 } },
      given,
      input: { sku: 'B' },
      output: [{ sku: 'B', item: { id: 0 } }],
    },
    {
      title: 'Without one the record fails',
      options: { storage: 'ids', key: '&{sku}', to: 'item' },
      given,
      input: { sku: 'B' },
      error: 'The storage "ids" has no entry "B"',
    },
    {
      title: 'Or it is left out',
      options: { storage: 'ids', key: '&{sku}', to: 'item', onMissing: 'skip' },
      given,
      input: { sku: 'B' },
      output: [],
    },
  ],
  create({ storage, key, from, to, onMissing, default: fallback }, context) {
    const { keyOf } = compileEntry({ storage, key }, context);
    const path = from === undefined ? [] : parsePath(from);
    const target = parsePath(to);
    const template = compileTemplate((fallback ?? null) as Json, { variables: context.variable, at: 'default' });
    const rule = onMissing ?? (fallback === undefined ? 'fail' : 'default');
    const missing = (record: DataRecord, name: string, run: StepRun): readonly DataRecord[] => {
      if (rule === 'skip') return [];
      if (rule === 'keep') return [record];
      if (rule !== 'fail')
        return [setPath(record, target, rule === 'null' ? null : template.evaluate(record, run.variables))];
      const what = from === undefined ? '' : ` with "${from}"`;
      throw new TransformError(
        `The storage "${storage}" has no entry "${name}"${what}`,
        { storage, key: name },
        'ERR_ENTRY_MISSING',
      );
    };
    return (record, run) => {
      const name = keyOf(record, run);
      return whenKnown(run.entry(storage, name), (entry) => {
        const found = entry === undefined ? undefined : getPath(entry, path);
        return found === undefined ? missing(record, name, run) : [setPath(record, target, found)];
      });
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;
