import { SourceError } from '../../core/errors.ts';
import { parsePath } from '../../core/field-path.ts';
import { type Json, plainText } from '../../core/record.ts';
import type { PageRequest } from '../types.ts';

/** Where a value of the paging is sent. */
export type Place = 'query' | 'body' | 'header';

/** Schema of the place of a parameter that may not be a header. */
export const IN_QUERY_OR_BODY = {
  enum: ['query', 'body'],
  default: 'query',
  description: 'Where the parameters are sent; in the JSON body their names are paths, e.g. "page.number".',
} as const;

/** Schemas of the parameter of the page size, and of the size. */
export const PAGE_SIZE = {
  sizeParameter: { type: 'string', minLength: 1, description: 'Parameter of the page size, e.g. "page_size".' },
  size: { type: 'integer', minimum: 1, description: 'Rows to ask for. The source may send fewer.' },
} as const;

/** Schema of query values that are sent as they are. */
export const FIXED_QUERY = {
  type: 'object',
  additionalProperties: { type: ['string', 'number', 'boolean'] },
} as const;

/** The page size under its parameter; nothing where one of the two is not given. */
export function sizeValues(options: {
  readonly sizeParameter?: string | undefined;
  readonly size?: number | undefined;
}): Readonly<Record<string, Json>> {
  const { sizeParameter, size } = options;
  return sizeParameter === undefined || size === undefined ? {} : { [sizeParameter]: size };
}

/** The part of a request that carries values at a place. A page size goes into the query where the place is a header. */
export function inject(
  place: Place,
  values: Readonly<Record<string, Json>>,
  size: Readonly<Record<string, Json>> = {},
): Pick<PageRequest, 'query' | 'body' | 'headers'> {
  switch (place) {
    case 'query':
      return { query: { ...size, ...values } };
    case 'body':
      return { query: {}, body: { ...size, ...values } };
    case 'header': {
      const headers = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, headerText(value)]));
      return { query: size, headers };
    }
  }
}

/**
 * Checks names that are paths in the body.
 *
 * @throws ConfigError ERR_FIELD_PATH
 */
export function checkNames(place: Place, ...names: readonly (string | undefined)[]): void {
  if (place !== 'body') return;
  for (const name of names) if (name !== undefined) parsePath(name);
}

/** A source could smuggle headers into our next request with a line break. */
function headerText(value: Json): string {
  const text = plainText(value);
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  throw new SourceError('ERR_CURSOR_INVALID', 'The source sent a cursor that cannot be the value of a header');
}
