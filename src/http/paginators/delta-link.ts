import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError, SourceError } from '../../core/errors.ts';
import { isRecord, type Json } from '../../core/record.ts';
import { cursorStuck, requireCursor } from '../paging/cursor-value.ts';
import { IN_QUERY_OR_BODY, checkNames, inject, PAGE_SIZE, sizeValues } from '../paging/inject.ts';
import { nextAddress } from '../paging/next-address.ts';
import { checkPaths, flagAt, isNothing, placeOf } from '../paging/signs.ts';
import type { PageInfo, PagePosition, PageRequest, PageStop, PaginatorComponent } from '../types.ts';
import { valueAt } from '../value-at.ts';

const options = {
  type: 'object',
  properties: {
    nextAt: {
      type: 'string',
      minLength: 1,
      description: 'Where the answer has the address of the next page, e.g. "@odata.nextLink".',
    },
    deltaAt: {
      type: 'string',
      minLength: 1,
      description: 'Where the last answer has the address that the next reading begins with, e.g. "@odata.deltaLink".',
    },
    nextTokenAt: {
      type: 'string',
      minLength: 1,
      description: 'Where the answer has a token of the next page, in place of addresses, e.g. "after_cursor".',
    },
    deltaTokenAt: {
      type: 'string',
      minLength: 1,
      description: 'Where the last answer has the token of the next reading; nextTokenAt unless given.',
    },
    parameter: { type: 'string', minLength: 1, description: 'Parameter of the token of the next page, e.g. "cursor".' },
    deltaParameter: {
      type: 'string',
      minLength: 1,
      description: 'Parameter of the token of the next reading; the same unless given.',
    },
    in: { ...IN_QUERY_OR_BODY, description: 'Where tokens are sent; in the JSON body their names are paths.' },
    endAt: {
      type: 'string',
      description: 'Where the answer says that it is the last one, e.g. "end_of_stream"; with tokens only.',
    },
    ...PAGE_SIZE,
    dropParameters: {
      type: 'array',
      items: { type: 'string' },
      default: [],
      description: 'Query parameters of the operation that requests with a token leave out, e.g. ["start_time"].',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

/**
 * A source forgets old delta links and answers 410 or 400 then. That error reaches the run as it is: a person, or the
 * engine, decides to read everything anew, since what was deleted meanwhile is not told.
 */
export default {
  type: 'delta-link',
  summary: 'Follows addresses or tokens to the last page, and keeps the one that the next reading begins with.',
  options,
  create(given) {
    check(given);
    const parts = given.nextTokenAt === undefined ? byAddress : byToken;
    return {
      first: (position, state) =>
        parts.request(position, given) ??
        parts.request(stateOf(state), given) ?? { position: {}, ...inject(given.in, {}, sizeValues(given)) },
      next: (page, { position }) => parts.next(page, position, given),
    };
  },
} satisfies PaginatorComponent<Options>;

/** The two ways in which a source says where it goes on. */
interface Way {
  /** Undefined where the position or state is of another kind. */
  readonly request: (position: PagePosition | undefined, given: Options) => PageRequest | undefined;
  readonly next: (page: PageInfo, position: PagePosition, given: Options) => PageRequest | PageStop;
}

const byAddress: Way = {
  request(position) {
    const url = position?.['url'];
    return typeof url === 'string' ? { position: { url }, query: {}, url } : undefined;
  },
  next(page, _position, { nextAt = '', deltaAt = '' }) {
    const next = valueAt(page.body, nextAt);
    if (!isNothing(next)) {
      const url = nextAddress(next, page);
      return { position: { url }, query: {}, url };
    }
    const delta = valueAt(page.body, deltaAt);
    if (isNothing(delta)) throw noDelta(page, deltaAt);
    return { reason: 'delta', state: { url: nextAddress(delta, page) } };
  },
};

const byToken: Way = {
  request(position, given) {
    const { token, delta } = position ?? {};
    const value = token ?? delta;
    const { parameter = '', deltaParameter = parameter, dropParameters } = given;
    if (position === undefined || value === undefined) return undefined;
    const name = token === undefined ? deltaParameter : parameter;
    return {
      position,
      ...inject(given.in, { [name]: value }, sizeValues(given)),
      ...(dropParameters.length > 0 && { without: dropParameters }),
    };
  },
  next(page, position, given) {
    const { nextTokenAt = '', deltaTokenAt = nextTokenAt, endAt } = given;
    const next = valueAt(page.body, nextTokenAt);
    if (endAt === undefined ? isNothing(next) : flagAt(page.body, endAt) === true) {
      const delta = valueAt(page.body, deltaTokenAt);
      if (isNothing(delta)) throw noDelta(page, deltaTokenAt);
      return { reason: 'delta', state: { delta: requireCursor(delta, given.in, deltaTokenAt, page) } };
    }
    const token = requireCursor(next, given.in, nextTokenAt, page);
    if (token === (position['token'] ?? position['delta'])) throw cursorStuck(page, `"${nextTokenAt}" stays the same`);
    return byToken.request({ token }, given) ?? { position: {}, query: {} };
  },
};

function check(given: Options): void {
  const { nextAt, deltaAt, nextTokenAt, deltaTokenAt, parameter, deltaParameter, endAt, sizeParameter } = given;
  const isByAddress = nextAt !== undefined && deltaAt !== undefined && nextTokenAt === undefined;
  const isByToken = nextTokenAt !== undefined && parameter !== undefined && nextAt === undefined;
  if (isByAddress === isByToken) {
    throw new ConfigError(
      'ERR_PAGINATOR',
      'delta-link: needs "nextAt" and "deltaAt", or "nextTokenAt" and "parameter"',
    );
  }
  if (isByToken && endAt === undefined && deltaTokenAt === undefined) {
    throw new ConfigError('ERR_PAGINATOR', 'delta-link: tokens need "endAt" or "deltaTokenAt" to know the last page');
  }
  checkPaths(nextAt, deltaAt, nextTokenAt, deltaTokenAt, endAt);
  checkNames(given.in, parameter, deltaParameter, sizeParameter);
}

function stateOf(state: Json | undefined): PagePosition | undefined {
  return isRecord(state) ? state : undefined;
}

function noDelta(page: PageInfo, at: string): SourceError {
  const message = `${placeOf(page)}: the last answer has nothing at "${at}" that the next reading could begin with`;
  return new SourceError('ERR_DELTA_MISSING', message, { details: { path: placeOf(page), at } });
}
