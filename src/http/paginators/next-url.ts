import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError } from '../../core/errors.ts';
import { PAGE_SIZE, sizeValues } from '../paging/inject.ts';
import { nextAddress } from '../paging/next-address.ts';
import { checkPaths, isNothing, textIn } from '../paging/signs.ts';
import type { PageRequest, PaginatorComponent } from '../types.ts';
import { valueAt } from '../value-at.ts';

const options = {
  type: 'object',
  properties: {
    at: {
      type: 'string',
      minLength: 1,
      description: 'Where the answer has the address of the next page, e.g. "pageDetails.nextPageUrl".',
    },
    header: { type: 'string', minLength: 1, description: 'Header that has it, in place of "at".' },
    sizeParameter: {
      ...PAGE_SIZE.sizeParameter,
      description: 'Query parameter of the page size; sent with the first request, the addresses carry it on.',
    },
    size: PAGE_SIZE.size,
    keepParameters: {
      type: 'array',
      items: { type: 'string' },
      default: [],
      description: "Query parameters of the operation that are added to the source's addresses, which lack them.",
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

export default {
  type: 'next-url',
  summary: 'Follows the address that each answer names, on the same host only, until there is none.',
  options,
  create(given) {
    const { at, header = '', keepParameters } = given;
    if ((at === undefined) === (given.header === undefined)) {
      throw new ConfigError('ERR_PAGINATOR', 'next-url: needs one of "at" and "header"');
    }
    checkPaths(at);
    const request = (url: string): PageRequest => ({
      ...{ position: { url }, query: {}, url },
      ...(keepParameters.length > 0 && { keep: keepParameters }),
    });
    return {
      first(position) {
        const url = textIn(position, 'url');
        return url === undefined ? { position: {}, query: sizeValues(given) } : request(url);
      },
      next(page) {
        const next = at === undefined ? page.headers[header.toLowerCase()] : valueAt(page.body, at);
        return isNothing(next) ? { reason: 'no-next' } : request(nextAddress(next, page));
      },
    };
  },
} satisfies PaginatorComponent<Options>;
