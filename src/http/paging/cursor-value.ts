import { SourceError } from '../../core/errors.ts';
import { isObject, type Json } from '../../core/record.ts';
import type { PageInfo } from '../types.ts';
import type { Place } from './inject.ts';
import { placeOf } from './signs.ts';

/**
 * A cursor as it is sent. Lists and objects can only stand in a body.
 *
 * @throws SourceError ERR_CURSOR_INVALID, also when there is none.
 */
export function requireCursor(value: Json | undefined, place: Place, where: string, page: PageInfo): Json {
  const isPlain = typeof value === 'string' || typeof value === 'number';
  if (isPlain && value !== '') return value;
  if (place === 'body' && (Array.isArray(value) || isObject(value))) return value as Json;
  const found = value === undefined || value === null || value === '' ? 'nothing' : 'no text and no number';
  const message = `${placeOf(page)}: ${found} at "${where}", so the next page cannot be asked for`;
  throw new SourceError('ERR_CURSOR_INVALID', message, { details: { path: placeOf(page), at: where } });
}

/** The error of a reading that does not move although there is more to read. */
export function cursorStuck(page: PageInfo, what: string): SourceError {
  const message = `${placeOf(page)}: ${what}, although there is more to read`;
  return new SourceError('ERR_CURSOR_STUCK', message, { details: { path: placeOf(page) } });
}
