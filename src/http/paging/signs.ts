import { parsePath } from '../../core/field-path.ts';
import type { Json } from '../../core/record.ts';
import type { PageInfo, PagePosition } from '../types.ts';
import { valueAt } from '../value-at.ts';

const YES: ReadonlySet<string> = new Set(['true', 'yes', 'y', '1']);
const NO: ReadonlySet<string> = new Set(['false', 'no', 'n', '0']);

/** Yes or no at a path of an answer, also written as text or number; undefined where neither stands there. */
export function flagAt(body: Json | undefined, path: string | undefined): boolean | undefined {
  const value = path === undefined ? undefined : valueAt(body, path);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value !== 'string') return undefined;
  const text = value.trim().toLowerCase();
  if (YES.has(text)) return true;
  return NO.has(text) ? false : undefined;
}

/** A whole number of 0 or more at a path, also written as text; undefined where there is none. */
export function countAt(body: Json | undefined, path: string): number | undefined {
  return toCount(valueAt(body, path));
}

/** A value as a whole number of 0 or more. */
export function toCount(value: Json | undefined): number | undefined {
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

/** How sources write "there is none": missing, null, empty, false. */
export function isNothing(value: Json | undefined): value is undefined | null | '' | false {
  return value === undefined || value === null || value === '' || value === false;
}

/** The number under a name of a position, which an earlier version or another paginator may have written. */
export function numberIn(position: PagePosition | undefined, name: string): number | undefined {
  const value = position !== undefined && Object.hasOwn(position, name) ? position[name] : undefined;
  return typeof value === 'number' ? value : undefined;
}

/** The text under a name of a position. */
export function textIn(position: PagePosition | undefined, name: string): string | undefined {
  const value = position !== undefined && Object.hasOwn(position, name) ? position[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/**
 * Checks paths of an answer when the paginator is created, not when the first answer is there.
 *
 * @throws ConfigError ERR_FIELD_PATH
 */
export function checkPaths(...paths: readonly (string | undefined)[]): void {
  for (const path of paths) if (path !== undefined && path !== '') parsePath(path);
}

/** "/v2/devices": how messages name the page's address. Never the query. */
export function placeOf({ url }: Pick<PageInfo, 'url'>): string {
  return new URL(url).pathname;
}
