import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError } from '../../core/errors.ts';
import type { PageInfo, PagePosition, PageRequest, PaginatorComponent } from '../types.ts';

const options = {
  type: 'object',
  properties: {
    pageParameter: { type: 'string', minLength: 1, description: 'Query parameter of the page number, e.g. "page_no".' },
    sizeParameter: { type: 'string', minLength: 1, description: 'Query parameter of the page size, e.g. "page_size".' },
    size: { type: 'integer', minimum: 1, description: 'Rows to ask for. The source may send fewer.' },
    start: { type: 'integer', minimum: 0, default: 1, description: 'Number of the first page.' },
    always: {
      type: 'object',
      additionalProperties: { type: ['string', 'number', 'boolean'] },
      default: {},
      description: 'Query values sent with every page, e.g. { "pageinate": true }.',
    },
    stop: {
      type: 'array',
      items: { enum: ['total', 'empty', 'short'] },
      uniqueItems: true,
      default: ['total', 'empty'],
      description:
        'What ends the reading besides an empty page: "total": as many rows received as announced; "short": a page with fewer rows than asked for. Only where the source fills its pages.',
    },
  },
  required: ['pageParameter'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

export default {
  type: 'page-number',
  summary: 'Asks for page 1, 2, 3 … until the announced number of rows is there or a page is empty.',
  options,
  create({ pageParameter, sizeParameter, size, start, always, stop }) {
    if (stop.includes('short') && size === undefined) {
      throw new ConfigError('ERR_PAGINATOR', 'page-number: stopping at a short page needs "size"');
    }
    const request = (page: number): PageRequest => ({
      position: { page },
      query: {
        ...always,
        ...(sizeParameter !== undefined && size !== undefined && { [sizeParameter]: size }),
        [pageParameter]: page,
      },
    });
    return {
      first: (position) => request(pageOf(position) ?? start),
      next(page, { position }) {
        const reason = stopReason(page, stop, size);
        return reason === undefined ? request((pageOf(position) ?? start) + 1) : { reason };
      },
    };
  },
} satisfies PaginatorComponent<Options>;

/** A total of 0 beside rows is no total: Halo announces 0 on a page past the end. */
function stopReason({ rows, received, total }: PageInfo, stop: Options['stop'], size = 0): string | undefined {
  if (rows === 0) return 'empty';
  if (stop.includes('total') && total !== undefined && total > 0 && received >= total) return 'total';
  return stop.includes('short') && rows < size ? 'short' : undefined;
}

function pageOf(position: PagePosition | undefined): number | undefined {
  const page = position?.['page'];
  return typeof page === 'number' ? page : undefined;
}
