import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { SourceError } from '../../core/errors.ts';
import { cursorStuck, requireCursor } from '../paging/cursor-value.ts';
import { checkNames, IN_QUERY_OR_BODY, inject, PAGE_SIZE, sizeValues } from '../paging/inject.ts';
import { linkOf, parseLinkHeader } from '../paging/link-header.ts';
import { nextAddress } from '../paging/next-address.ts';
import { placeOf, textIn } from '../paging/signs.ts';
import type { PageInfo, PagePosition, PageRequest, PaginatorComponent } from '../types.ts';

const { default: standardPlace, ...place } = IN_QUERY_OR_BODY;

const options = {
  type: 'object',
  properties: {
    rel: { type: 'string', minLength: 1, default: 'next', description: 'Relation of the link to the next page.' },
    take: {
      oneOf: [
        { const: 'url' },
        {
          type: 'object',
          properties: {
            parameter: { type: 'string', minLength: 1, description: 'Query parameter of the link that is taken.' },
            as: { type: 'string', minLength: 1, description: 'Parameter it is sent in; the same unless given.' },
            in: { ...place, description: 'Where it is sent: "query" unless given, or a path of the JSON body.' },
          },
          required: ['parameter'],
          additionalProperties: false,
        },
      ],
      default: 'url',
      description:
        'What is taken from the link: "url" asks for its address, an object takes one query parameter of it.',
    },
    sizeParameter: {
      ...PAGE_SIZE.sizeParameter,
      description: 'Query parameter of the page size. Where the address is taken, only the first request has it.',
    },
    size: PAGE_SIZE.size,
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

export default {
  type: 'link-header',
  summary: 'Follows the link to the next page in the Link header (RFC 8288), until there is none.',
  options,
  create(given) {
    const { rel, take } = given;
    if (take !== 'url') checkNames(take.in ?? standardPlace, take.as ?? take.parameter);
    return {
      first: (position) => requestAt(position, given) ?? { position: {}, query: sizeValues(given) },
      next(page, request) {
        const target = targetOf(page, rel);
        if (target === undefined) return { reason: 'no-next' };
        return followUp(target, page, request, given);
      },
    };
  },
} satisfies PaginatorComponent<Options>;

function requestAt(position: PagePosition | undefined, given: Options): PageRequest | undefined {
  if (given.take === 'url') {
    const url = textIn(position, 'url');
    return url === undefined ? undefined : { position: { url }, query: {}, url };
  }
  const cursor = textIn(position, 'cursor');
  if (cursor === undefined) return undefined;
  const { parameter, as = parameter, in: where = standardPlace } = given.take;
  const injected = inject(where, { [as]: cursor });
  return { position: { cursor }, ...injected, query: { ...sizeValues(given), ...injected.query } };
}

function targetOf({ headers, url }: PageInfo, rel: string): string | undefined {
  const header = headers['link'];
  if (header === undefined || header === '') return undefined;
  const links = parseLinkHeader(header);
  if (links) return linkOf(links, rel);
  const path = placeOf({ url });
  throw new SourceError('ERR_NEXT_URL_INVALID', `${path}: the Link header of the answer cannot be read`, {
    details: { path },
  });
}

function followUp(target: string, page: PageInfo, { position }: PageRequest, given: Options): PageRequest {
  if (given.take === 'url') {
    const url = nextAddress(target, page);
    return { position: { url }, query: {}, url };
  }
  const { parameter } = given.take;
  const found = URL.canParse(target, page.url) ? new URL(target, page.url).searchParams.get(parameter) : undefined;
  const cursor = requireCursor(found ?? undefined, 'query', `Link: ${parameter}`, page);
  if (cursor === position['cursor']) throw cursorStuck(page, `"${parameter}" of the link stays the same`);
  return requestAt({ cursor }, given) ?? { position: {}, query: {} };
}
