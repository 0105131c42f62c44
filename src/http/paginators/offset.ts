import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError } from '../../core/errors.ts';
import { checkNames, FIXED_QUERY, IN_QUERY_OR_BODY, inject, PAGE_SIZE, sizeValues } from '../paging/inject.ts';
import { numberIn, toCount } from '../paging/signs.ts';
import { checkStops, countEmpty, MAX_EMPTY_PAGES, STOP_PATHS, stopReason, tooManyEmpty } from '../paging/stops.ts';
import type { PageInfo, PagePosition, PageRequest, PaginatorComponent } from '../types.ts';

const options = {
  type: 'object',
  properties: {
    offsetParameter: { type: 'string', minLength: 1, description: 'Parameter of the offset, e.g. "startAt".' },
    ...PAGE_SIZE,
    start: { type: 'integer', minimum: 0, default: 0, description: 'Offset of the first row.' },
    in: IN_QUERY_OR_BODY,
    advanceBy: {
      enum: ['rows', 'size'],
      default: 'rows',
      description:
        'How far the next page is. "rows": as many as came, right where the source sends fewer than asked for; "size": as many as were asked for, right where it leaves out rows that the user may not see (ServiceNow).',
    },
    always: {
      ...FIXED_QUERY,
      default: {},
      description: 'Query values sent with every page, above all a stable order, e.g. { "orderBy": "created" }.',
    },
    stop: {
      type: 'array',
      items: { enum: ['total', 'empty', 'short', 'has-more', 'last', 'no-next'] },
      uniqueItems: true,
      minItems: 1,
      default: ['total', 'empty'],
      description:
        'What ends the reading, and nothing else does. "total": the offset is past the announced number of rows; "empty": a page without rows; "short": a page with fewer rows than asked for, only where the source fills its pages; "has-more", "last", "no-next": what stands at hasMoreAt, lastAt, nextAt.',
    },
    totalHeader: {
      type: 'string',
      minLength: 1,
      description:
        'For "total": header with the number of rows, e.g. "X-Total-Count", where the answer has none. Ends the reading only: hidden rows may be counted in it.',
    },
    lastAt: {
      type: 'string',
      description: 'For "last": where the answer says that it is the last page, e.g. "isLast".',
    },
    ...STOP_PATHS,
    maxEmptyPages: MAX_EMPTY_PAGES,
  },
  required: ['offsetParameter'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

export default {
  type: 'offset',
  summary: 'Asks for the rows from an offset on, until what is named under "stop" ends the reading.',
  options,
  create(given) {
    const { offsetParameter, sizeParameter, start, always, totalHeader } = given;
    checkStops('offset', given);
    checkNames(given.in, offsetParameter, sizeParameter);
    if (given.advanceBy === 'size' && given.size === undefined) {
      throw new ConfigError('ERR_PAGINATOR', 'offset: advancing by the size needs "size"');
    }
    const request = (position: PagePosition, offset: number): PageRequest => {
      const injected = inject(given.in, { ...sizeValues(given), [offsetParameter]: offset });
      return { position, ...injected, query: { ...always, ...injected.query } };
    };
    return {
      first(position) {
        const offset = numberIn(position, 'offset');
        return offset === undefined || !position ? request({ offset: start }, start) : request(position, offset);
      },
      next(page, { position }) {
        const offset = (numberIn(position, 'offset') ?? start) + stepOf(page, given);
        const total = page.total ?? toCount(totalHeader && page.headers[totalHeader.toLowerCase()]);
        const reason = stopReason(page, given, { rows: offset - start, pages: 0, total });
        if (reason !== undefined) return { reason };
        if (stepOf(page, given) === 0) throw tooManyEmpty(page, 1);
        return request({ offset, ...countEmpty(page, position, given) }, offset);
      },
    };
  },
} satisfies PaginatorComponent<Options>;

/** An empty page that does not end the reading is stepped over, where its size is known. */
function stepOf({ rows }: PageInfo, { advanceBy, size = 0 }: Options): number {
  return advanceBy === 'size' || rows === 0 ? size : rows;
}
