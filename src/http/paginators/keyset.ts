import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError } from '../../core/errors.ts';
import { jsonEqual } from '../../core/json-equal.ts';
import type { Json } from '../../core/record.ts';
import { cursorStuck, requireCursor } from '../paging/cursor-value.ts';
import { compareKeys } from '../paging/compare-keys.ts';
import { checkNames, IN_QUERY_OR_BODY, inject, PAGE_SIZE, sizeValues } from '../paging/inject.ts';
import { checkPaths } from '../paging/signs.ts';
import type { PageInfo, PagePosition, PageRequest, PageStop, PaginatorComponent } from '../types.ts';
import { valueAt } from '../value-at.ts';

const options = {
  type: 'object',
  properties: {
    field: {
      type: 'string',
      minLength: 1,
      description: 'Field of the rows that they are read by, unique and in order, e.g. "id".',
    },
    take: {
      enum: ['last', 'highest', 'lowest'],
      default: 'last',
      description: 'The row whose field is sent: the last of the page, or that with the highest or lowest value.',
    },
    cursorAt: {
      type: 'string',
      minLength: 1,
      description: 'Where the answer has the value, in place of a field, e.g. "metadata.lastCursorId".',
    },
    parameter: { type: 'string', minLength: 1, description: 'Parameter of the value, e.g. "after".' },
    in: IN_QUERY_OR_BODY,
    ...PAGE_SIZE,
    stop: {
      type: 'array',
      items: { enum: ['empty', 'short'] },
      uniqueItems: true,
      minItems: 1,
      default: ['empty'],
      description:
        'What ends the reading. "empty": a page without rows, which always does; "short": a page with fewer rows than asked for, only where the source fills its pages.',
    },
  },
  required: ['parameter'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

export default {
  type: 'keyset',
  summary: 'Asks for the rows behind the last one it has, by the value of a field.',
  options,
  create(given) {
    check(given);
    const { parameter } = given;
    const request = (after: Json | undefined): PageRequest => ({
      position: after === undefined ? {} : { after },
      ...inject(given.in, { ...sizeValues(given), ...(after !== undefined && { [parameter]: after }) }),
    });
    return {
      first: (position) => request(position?.['after']),
      next(page, { position }) {
        const next = valueAfter(page, position, given);
        return 'reason' in next ? next : request(next.after);
      },
    };
  },
} satisfies PaginatorComponent<Options>;

function check({ field, cursorAt, parameter, sizeParameter, stop, size, in: place }: Options): void {
  if ((field === undefined) === (cursorAt === undefined)) {
    throw new ConfigError('ERR_PAGINATOR', 'keyset: needs one of "field" and "cursorAt"');
  }
  if (stop.includes('short') && size === undefined) {
    throw new ConfigError('ERR_PAGINATOR', 'keyset: stopping at a short page needs "size"');
  }
  checkPaths(field, cursorAt);
  checkNames(place, parameter, sizeParameter);
}

function valueAfter(page: PageInfo, position: PagePosition, given: Options): { after: Json } | PageStop {
  if (page.rows === 0) return { reason: 'empty' };
  if (given.stop.includes('short') && page.rows < (given.size ?? 0)) return { reason: 'short' };
  const before = position['after'];
  if (given.field === undefined) return fromAnswer(page, before, given);
  const values = page.records.map((row) => valueAt(row, given.field ?? ''));
  const after = requireCursor(pick(values, given.take), given.in, given.field, page);
  if (before === undefined || hasMoved(before, after, given.take)) return { after };
  // An inclusive source sends the row of the value again; a page full of it cannot be stepped over.
  const isNothingNew = values.every((value) => value !== undefined && jsonEqual(value, before));
  const isFull = given.size !== undefined && page.rows >= given.size && page.rows > 1;
  if (isNothingNew && !isFull) return { reason: 'nothing-new' };
  throw cursorStuck(page, `"${given.field}" does not go on from page to page`);
}

function fromAnswer(page: PageInfo, before: Json | undefined, given: Options): { after: Json } {
  const { cursorAt = '' } = given;
  const after = requireCursor(valueAt(page.body, cursorAt), given.in, cursorAt, page);
  if (before !== undefined && jsonEqual(before, after)) throw cursorStuck(page, `"${cursorAt}" stays the same`);
  return { after };
}

function pick(values: readonly (Json | undefined)[], take: Options['take']): Json | undefined {
  if (take === 'last') return values.at(-1);
  const sign = take === 'highest' ? 1 : -1;
  // One row without the value is an error of its own, wherever it stands.
  if (values.some((value) => value === undefined || value === null)) return undefined;
  return values.reduce((best, value) => (compareKeys(value ?? null, best ?? null) * sign > 0 ? value : best));
}

function hasMoved(before: Json, after: Json, take: Options['take']): boolean {
  if (take === 'last') return !jsonEqual(before, after);
  return compareKeys(after, before) * (take === 'highest' ? 1 : -1) > 0;
}
