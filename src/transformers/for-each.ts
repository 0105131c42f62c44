import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { compileCondition, WHEN } from '../core/conditions.ts';
import { TransformError } from '../core/errors.ts';
import { transformEach } from '../core/each-record.ts';
import { formatPath } from '../core/field-path.ts';
import { compileGlob, GLOB_WORDS, type GlobMatch } from '../core/glob-path.ts';
import { RecordDraft } from '../core/record-draft.ts';
import { isRecord, type DataRecord, type Json } from '../core/record.ts';

const options = {
  type: 'object',
  properties: {
    field: {
      type: 'string',
      minLength: 1,
      description: `Path of a list, of whose items each is meant, or of an object. ${GLOB_WORDS}.`,
    },
    when: WHEN,
    steps: {
      type: 'array',
      items: { type: 'object' },
      description:
        'Steps for each object, which is the record to them. They may drop it, or make several of a list item.',
    },
  },
  required: ['field', 'steps'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'for-each',
  summary:
    'Applies steps to the objects inside a record: the items of a list, or what a pattern finds. Also known as node.',
  options,
  examples: [
    {
      title: 'Maps each line',
      options: { field: 'lines', steps: [{ type: 'map', fields: { sku: '&{code}' } }] },
      input: { id: 7, lines: [{ code: 'A' }, { code: 'B' }] },
      output: [{ id: 7, lines: [{ sku: 'A' }, { sku: 'B' }] }],
    },
    {
      title: 'A step may drop items',
      options: { field: 'orders.*.lines', steps: [{ type: 'filter', when: { field: 'n', greaterThan: 0 } }] },
      input: { orders: [{ lines: [{ n: 0 }, { n: 2 }] }] },
      output: [{ orders: [{ lines: [{ n: 2 }] }] }],
    },
    {
      title: 'Only those for which a condition holds; the others go',
      options: { field: 'lines', when: { field: 'sku', exists: true }, steps: [] },
      input: { lines: [{ sku: 'A' }, {}] },
      output: [{ lines: [{ sku: 'A' }] }],
    },
    {
      title: 'Items that are no objects fail the record',
      options: { field: 'tags', steps: [] },
      input: { tags: ['a'] },
      error: 'Field "tags[0]" is not an object',
    },
  ],
  create({ field, when, steps }, context) {
    const find = compileGlob(field);
    const holds = when === undefined ? () => true : compileCondition(when, 'when');
    const chain = context.chain(steps, 'steps');
    return (record, run) => {
      const groups = find(record).map(groupOf);
      const items = groups.flatMap(({ items }) => items);
      return transformEach(
        (item) => (holds(item, run.variables) ? chain(item, run) : []),
        items,
        run,
        (results) => [putBack(record, groups, results)],
      );
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;

/** Objects that stand at one place: the items of a list there, or the one object. */
interface Group {
  readonly match: GlobMatch;
  readonly isList: boolean;
  readonly items: readonly DataRecord[];
}

function groupOf(match: GlobMatch): Group {
  const { path, value } = match;
  const isList = Array.isArray(value);
  const values = isList ? (value as readonly Json[]) : [value];
  const items = values.map((item, index) => {
    if (isRecord(item)) return item;
    const place = formatPath(isList ? [...path, index] : path);
    throw new TransformError(`Field "${place}" is not an object`, { field: place });
  });
  return { match, isList, items };
}

function putBack(
  record: DataRecord,
  groups: readonly Group[],
  results: readonly (readonly DataRecord[])[],
): DataRecord {
  const draft = new RecordDraft(record);
  let next = 0;
  for (const { match, isList, items } of groups) {
    const made = results.slice(next, next + items.length).flat();
    next += items.length;
    const [only] = made;
    if (isList) draft.set(match.path, made);
    else if (only === undefined) draft.remove(match.path);
    else if (made.length === 1) draft.set(match.path, only);
    else {
      const field = formatPath(match.path);
      throw new TransformError(`Field "${field}" is one object, but its steps made ${made.length} of it`, { field });
    }
  }
  return draft.record;
}
