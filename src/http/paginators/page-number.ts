import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { checkNames, FIXED_QUERY, IN_QUERY_OR_BODY, inject, PAGE_SIZE, sizeValues } from '../paging/inject.ts';
import { numberIn } from '../paging/signs.ts';
import { checkStops, countEmpty, MAX_EMPTY_PAGES, STOP_PATHS, stopReason } from '../paging/stops.ts';
import type { PagePosition, PageRequest, PaginatorComponent } from '../types.ts';

const options = {
  type: 'object',
  properties: {
    pageParameter: { type: 'string', minLength: 1, description: 'Parameter of the page number, e.g. "page_no".' },
    ...PAGE_SIZE,
    start: { type: 'integer', minimum: 0, default: 1, description: 'Number of the first page.' },
    in: IN_QUERY_OR_BODY,
    always: {
      ...FIXED_QUERY,
      default: {},
      description: 'Query values sent with every page, e.g. { "pageinate": true }.',
    },
    stop: {
      type: 'array',
      items: { enum: ['total', 'empty', 'short', 'total-pages', 'has-more', 'no-next'] },
      uniqueItems: true,
      minItems: 1,
      default: ['total', 'empty'],
      description:
        'What ends the reading, and nothing else does. "total": as many rows received as announced; "empty": a page without rows; "short": a page with fewer rows than asked for, only where the source fills its pages; "total-pages", "has-more", "no-next": what stands at totalPagesAt, hasMoreAt, nextAt.',
    },
    totalPagesAt: {
      type: 'string',
      description: 'For "total-pages": where the answer says how many pages there are, e.g. "totalPages".',
    },
    ...STOP_PATHS,
    maxEmptyPages: MAX_EMPTY_PAGES,
  },
  required: ['pageParameter'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

export default {
  type: 'page-number',
  summary: 'Asks for page 1, 2, 3 … until what is named under "stop" ends the reading.',
  options,
  create(given) {
    const { pageParameter, sizeParameter, start, always } = given;
    checkStops('page-number', given);
    checkNames(given.in, pageParameter, sizeParameter);
    const request = (position: PagePosition, page: number): PageRequest => {
      const injected = inject(given.in, { ...sizeValues(given), [pageParameter]: page });
      return { position, ...injected, query: { ...always, ...injected.query } };
    };
    return {
      first(position) {
        const page = numberIn(position, 'page');
        return page === undefined || !position ? request({ page: start }, start) : request(position, page);
      },
      next(page, { position }) {
        const number = numberIn(position, 'page') ?? start;
        const reached = { rows: page.received, pages: number - start + 1, total: page.total };
        const reason = stopReason(page, given, reached);
        if (reason !== undefined) return { reason };
        return request({ page: number + 1, ...countEmpty(page, position, given) }, number + 1);
      },
    };
  },
} satisfies PaginatorComponent<Options>;
