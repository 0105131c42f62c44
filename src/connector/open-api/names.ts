import { type ApiOperation, pathNames } from './operations.ts';
import type { Overlay } from './overlay.ts';
import { isHostile } from './references.ts';
import { type Spellings, startsWithVerb, toKebab, toWords } from './words.ts';

/** A path taken apart: what it is about, and what follows. */
export interface PathParts {
  /** Segment that names the entity, as the path writes it; empty where the path has none. */
  readonly resource: string;
  /** Segments after it. */
  readonly tail: readonly string[];
}

/** Segments that every API may begin with and that name nothing. */
const PREFIX = /^(?:api|rest|v\d+(?:\.\d+)*)$/i;

/**
 * Takes a path apart.
 *
 * @param strip Beginning of all paths that names no entity, from the overlay: "/api/v2".
 */
export function splitPath(path: string, strip = ''): PathParts {
  const rest = strip !== '' && path.startsWith(strip) ? path.slice(strip.length) : path;
  const segments = rest.split('/').filter((segment) => segment !== '');
  while (segments.length > 1 && PREFIX.test(segments[0] ?? '')) segments.shift();
  const at = segments.findIndex((segment) => pathNames(segment).length === 0);
  return at === -1 ? { resource: '', tail: segments } : { resource: segments[at] ?? '', tail: segments.slice(at + 1) };
}

/** Name of the entity of a resource: lower case, as documents write it; undefined where nothing of it is usable. */
export function entityName(resource: string): string | undefined {
  const name = resource
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' || isHostile(name) ? undefined : name;
}

/** Words after the entity, without parameters: "pdf", "me", "cancel all". */
export function tailWords(tail: readonly string[], spellings: Spellings): string {
  return tail
    .filter((segment) => pathNames(segment).length === 0)
    .map((segment) => toWords(segment, spellings))
    .join(' ');
}

/** What the methods are called on the collection, on one record, and before the words of a further path. */
const VERBS = {
  GET: { many: 'list', one: 'get', further: 'get' },
  POST: { many: 'create', one: 'post', further: 'post' },
  PATCH: { many: 'update-all', one: 'update', further: 'update' },
  PUT: { many: 'replace-all', one: 'update', further: 'replace' },
  DELETE: { many: 'delete-all', one: 'delete', further: 'delete' },
} as const;

/**
 * Name of an operation, from nothing but its own method and path, so that it stays when others come or go.
 *
 * @returns list, get, create (or post), update, delete; else words of the path's end.
 */
export function operationName(
  { method, path }: ApiOperation,
  tail: readonly string[],
  { words: spellings = {}, postTo = 'create' }: Overlay,
): string {
  const verbs = VERBS[method];
  const words = tailWords(tail, spellings);
  const name = toKebab(words);
  if (name === '') {
    if (tail.length === 0) return method === 'POST' ? postTo : verbs.many;
    return method === 'POST' ? `post-by-${toKebab(toWords(pathNames(path).at(-1) ?? '')) || 'id'}` : verbs.one;
  }
  const endsInParameter = pathNames(tail.at(-1) ?? '').length > 0;
  if (/^\d/.test(name)) return `${verbs.further}-${name}`;
  const isTold = name === verbs.further || name.startsWith(`${verbs.further}-`);
  if (isTold || (method === 'POST' && startsWithVerb(words))) return name;
  if (method === 'GET' && !endsInParameter && !startsWithVerb(words)) return isHostile(name) ? `get-${name}` : name;
  return `${verbs.further}-${name}`;
}

/**
 * A name that no other operation of the entity has: with the path's parameters added, or else numbered.
 */
export function uniqueName(name: string, { method, path }: ApiOperation, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  if (name === 'update' && method === 'PUT' && !isTaken('replace')) return 'replace';
  const parameters = pathNames(path).map((each) => toKebab(toWords(each)));
  const longer = [name, 'by', ...parameters].filter((part) => part !== '').join('-');
  if (parameters.length > 0 && !isTaken(longer)) return longer;
  for (let number = 2; ; number += 1) if (!isTaken(`${name}-${number}`)) return `${name}-${number}`;
}
