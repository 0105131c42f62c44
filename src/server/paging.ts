import type { JSONSchema } from 'json-schema-to-ts';
import { requestInvalid } from './request-error.ts';

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Give it back as `cursor` for the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** Query parameters of every list that is read in pages. */
export const PAGE_QUERY = {
  limit: { type: 'integer', minimum: 1, maximum: 500, default: 50, description: 'Most items of the page.' },
  cursor: { type: 'string', minLength: 1, maxLength: 4096, description: '`nextCursor` of the page before.' },
} as const satisfies Record<string, JSONSchema>;

/** Makes a page of one row more than it may have, which tells whether there is a next one. */
export function toPage<Row, T>(
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => string | number,
  show: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items: shown.map(show), nextCursor: hasMore ? writeCursor(String(positionOf(last))) : null };
}

/** Opaque, so that nobody builds one and it can change. */
function writeCursor(position: string): string {
  return Buffer.from(`1:${position}`).toString('base64url');
}

/** @throws RequestError when it is not one of ours. */
export function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const [version, ...rest] = Buffer.from(cursor, 'base64url').toString('utf8').split(':');
  if (version !== '1' || rest.length === 0) throw wrongCursor();
  return rest.join(':');
}

/** Like {@link readCursor}, for lists in order of their ids. */
export function readIdCursor(cursor: string | undefined): number | undefined {
  const position = readCursor(cursor);
  if (position === undefined) return undefined;
  if (!/^\d{1,15}$/.test(position)) throw wrongCursor();
  return Number(position);
}

function wrongCursor(): Error {
  return requestInvalid([{ path: 'query.cursor', message: 'is not a `nextCursor` of this list' }]);
}
