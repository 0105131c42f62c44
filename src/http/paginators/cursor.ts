import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError } from '../../core/errors.ts';
import { jsonEqual } from '../../core/json-equal.ts';
import type { Json } from '../../core/record.ts';
import { cursorStuck, requireCursor } from '../paging/cursor-value.ts';
import { checkNames, FIXED_QUERY, inject, PAGE_SIZE, sizeValues } from '../paging/inject.ts';
import { checkPaths, flagAt, isNothing } from '../paging/signs.ts';
import type { PageInfo, PagePosition, PageRequest, PageStop, PaginatorComponent } from '../types.ts';
import { valueAt } from '../value-at.ts';

const options = {
  type: 'object',
  properties: {
    cursorAt: {
      type: 'string',
      minLength: 1,
      description: 'Where the answer has the cursor of the next page, e.g. "meta.after_cursor".',
    },
    cursorHeader: { type: 'string', minLength: 1, description: 'Header that has it, in place of cursorAt.' },
    parameter: { type: 'string', minLength: 1, description: 'Parameter in which the cursor is sent.' },
    in: {
      enum: ['query', 'body', 'header'],
      default: 'query',
      description: 'Where the cursor is sent; in the JSON body its name is a path.',
    },
    ...PAGE_SIZE,
    first: { type: ['string', 'number'], description: 'Cursor of the first page, e.g. "*"; none unless given.' },
    hasMoreAt: {
      type: 'string',
      description: 'Where the answer says whether more follows; false ends the reading.',
    },
    endAt: {
      type: 'string',
      description: 'Where the answer says that it is the last page; true ends the reading, e.g. "end_of_stream".',
    },
    endValues: {
      type: 'array',
      items: { type: ['string', 'number'] },
      default: [],
      description: 'Cursors that mean the end, besides none at all, e.g. [0].',
    },
    stop: {
      type: 'array',
      items: { enum: ['empty'] },
      uniqueItems: true,
      default: [],
      description: 'What else ends the reading. "empty": a page without rows, where the source always sends a cursor.',
    },
    progressAt: {
      type: 'string',
      description:
        'Where progress shows, for a cursor that keeps its value while the source remembers the place, e.g. "cursor.offset". A page without rows ends such a reading, one without progress is an error, and an interrupted one begins anew.',
    },
    alsoSend: {
      type: 'object',
      properties: {
        first: { ...FIXED_QUERY, description: 'Query values of the request without a cursor.' },
        later: { ...FIXED_QUERY, description: 'Query values of requests with a cursor.' },
      },
      additionalProperties: false,
      default: {},
      description: 'Query values of some of the requests.',
    },
    dropParameters: {
      type: 'array',
      items: { type: 'string' },
      default: [],
      description: 'Query parameters of the operation that requests with a cursor leave out.',
    },
  },
  required: ['parameter'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

export default {
  type: 'cursor',
  summary: 'Sends the cursor of each answer with the next request, until there is none.',
  options,
  create(given) {
    check(given);
    return {
      first: (position) => firstRequest(position, given),
      next: (page, { position }) => nextRequest(page, position, given),
    };
  },
} satisfies PaginatorComponent<Options>;

function check({ cursorAt, cursorHeader, parameter, sizeParameter, ...given }: Options): void {
  if ((cursorAt === undefined) === (cursorHeader === undefined)) {
    throw new ConfigError('ERR_PAGINATOR', 'cursor: needs one of "cursorAt" and "cursorHeader"');
  }
  checkPaths(cursorAt, given.hasMoreAt, given.endAt, given.progressAt);
  checkNames(given.in, parameter, sizeParameter);
}

/** The place inside the source that a lasting cursor stands for has moved on: it would leave out what it sent last. */
function firstRequest(position: PagePosition | undefined, given: Options): PageRequest {
  const saved = given.progressAt === undefined ? position?.['cursor'] : undefined;
  if (saved !== undefined) return laterRequest({ cursor: saved }, given);
  const { first, alsoSend, parameter } = given;
  const values = first === undefined ? {} : { [parameter]: first };
  const injected = inject(given.in, values, sizeValues(given));
  return { position: {}, ...injected, query: { ...alsoSend.first, ...injected.query } };
}

function laterRequest(position: PagePosition, given: Options): PageRequest {
  const { parameter, alsoSend, dropParameters } = given;
  const injected = inject(given.in, { [parameter]: position['cursor'] ?? null }, sizeValues(given));
  return {
    position,
    ...injected,
    query: { ...alsoSend.later, ...injected.query },
    ...(dropParameters.length > 0 && { without: dropParameters }),
    ...(position['progress'] !== undefined && { progress: position['progress'] }),
  };
}

function nextRequest(page: PageInfo, position: PagePosition, given: Options): PageRequest | PageStop {
  const ended = endOf(page, given);
  if (ended !== undefined) return { reason: ended };
  const found = cursorOf(page, given);
  if (isNothing(found) || given.endValues.some((value) => value === found)) {
    if (promisesMore(page, given)) throw cursorStuck(page, 'the answer has no cursor');
    return { reason: 'no-cursor' };
  }
  const cursor = requireCursor(found, given.in, given.cursorAt ?? given.cursorHeader ?? '', page);
  if (given.progressAt !== undefined) return scanRequest(cursor, given.progressAt, page, position, given);
  if (!jsonEqual(cursor, position['cursor'] ?? given.first ?? null)) return laterRequest({ cursor }, given);
  if (promisesMore(page, given)) throw cursorStuck(page, 'the cursor stays the same');
  return { reason: 'same-cursor' };
}

function endOf({ rows, body }: PageInfo, { endAt, hasMoreAt, stop, progressAt }: Options): string | undefined {
  if (flagAt(body, endAt) === true) return 'end';
  if (flagAt(body, hasMoreAt) === false) return 'has-more';
  return rows === 0 && (stop.includes('empty') || progressAt !== undefined) ? 'empty' : undefined;
}

/** Whether the source says that it has more: in words, or by rows where only a page without rows is the end. */
function promisesMore({ rows, body }: PageInfo, { endAt, hasMoreAt, stop }: Options): boolean {
  if (flagAt(body, hasMoreAt) === true || flagAt(body, endAt) === false) return true;
  return stop.includes('empty') && rows > 0;
}

function cursorOf({ body, headers }: PageInfo, { cursorAt, cursorHeader = '' }: Options): Json | undefined {
  return cursorAt === undefined ? headers[cursorHeader.toLowerCase()] : valueAt(body, cursorAt);
}

function scanRequest(
  cursor: Json,
  progressAt: string,
  page: PageInfo,
  position: PagePosition,
  given: Options,
): PageRequest {
  const progress = valueAt(page.body, progressAt);
  if (progress === undefined || progress === null || jsonEqual(progress, position['progress'] ?? null)) {
    throw cursorStuck(page, `"${progressAt}" does not move`);
  }
  return laterRequest({ cursor, progress }, given);
}
