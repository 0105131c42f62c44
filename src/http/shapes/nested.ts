import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { SourceError } from '../../core/errors.ts';
import { isRecord, type DataRecord, type Json } from '../../core/record.ts';
import { checkPaths } from '../paging/signs.ts';
import type { ShapeComponent } from '../types.ts';
import { valueAt } from '../value-at.ts';

const options = {
  type: 'object',
  properties: {
    itemsAt: {
      type: 'string',
      minLength: 1,
      description: 'Where each group has its list of rows, e.g. "locations"; null is none.',
    },
    carry: {
      type: 'object',
      additionalProperties: { type: 'string' },
      default: {},
      description:
        'Fields of the group that its rows get: name in the row → path in the group, e.g. { "organizationId": "id" }. They go before a field of that name.',
    },
  },
  required: ['itemsAt'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

export default {
  type: 'nested',
  summary: 'A list of groups that each hold a list of rows; rows get fields of their group.',
  options,
  create(given) {
    checkPaths(given.itemsAt, ...Object.values(given.carry));
    return (found) =>
      Array.isArray(found)
        ? (found as readonly Json[]).flatMap((group, index) => rowsOf(group, index, given))
        : undefined;
  },
} satisfies ShapeComponent<Options>;

function rowsOf(group: Json, index: number, { itemsAt, carry }: Options): readonly Json[] {
  const items = isRecord(group) ? valueAt(group, itemsAt) : undefined;
  if (items === null) return [];
  if (!Array.isArray(items)) {
    const message = `group ${index + 1} of the answer has no list at "${itemsAt}"`;
    throw new SourceError('ERR_RECORD_INVALID', message, { details: { row: index, at: itemsAt } });
  }
  const carried = Object.fromEntries(Object.entries(carry).map(([name, path]) => [name, valueAt(group, path) ?? null]));
  return (items as readonly Json[]).map((item) => (isRecord(item) ? withCarried(item, carried) : item));
}

function withCarried(item: DataRecord, carried: DataRecord): DataRecord {
  return { ...item, ...carried };
}
