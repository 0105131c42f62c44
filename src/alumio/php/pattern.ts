import { compileKeyPattern } from '../../core/glob-path.ts';
import type { Php, PhpArray } from './array.ts';

/** Keys from the outside in. */
export type Keys = readonly string[];

/** One place that a pattern matches. */
export interface Match {
  readonly path: Keys;
  /** What each "*" stood for, from the left. */
  readonly captures: readonly string[];
  readonly value: Php;
}

interface Segment {
  readonly text: string;
  /** Undefined where the segment is one key. */
  readonly match: ((key: string) => readonly string[] | undefined) | undefined;
}

/** A compiled pattern such as `products.*.name`, `status.[ao]k` or `values."a.b".*`. */
export interface Pattern {
  readonly find: (root: Php) => readonly Match[];
  /** Keys of a pattern without wildcards. */
  readonly keys: Keys | undefined;
}

/**
 * Compiles a pattern: keys with dots between them. `*`, `?` and `[ab]` are wildcards inside a key; a key with a dot or a
 * wildcard of its own stands in double quotes. An empty pattern is the whole value.
 */
export function compileGlobPattern(text: string): Pattern {
  const segments = segmentsOf(text);
  const isPlain = segments.every(({ match }) => match === undefined);
  return {
    find: (root) =>
      segments.reduce<readonly Match[]>(
        (matches, segment) => matches.flatMap((match) => step(match, segment)),
        [{ path: [], captures: [], value: root }],
      ),
    keys: isPlain ? segments.map(({ text: key }) => key) : undefined,
  };
}

function step({ path, captures, value }: Match, { text, match }: Segment): Match[] {
  if (!(value instanceof Map)) return [];
  if (!match) {
    const child = value.get(text);
    return child === undefined ? [] : [{ path: [...path, text], captures, value: child }];
  }
  return [...value].flatMap(([key, child]) => {
    const found = match(key);
    return found ? [{ path: [...path, key], captures: [...captures, ...found], value: child }] : [];
  });
}

function segmentsOf(text: string): Segment[] {
  return splitPath(text).map(({ text: key, isQuoted }) => ({
    text: key,
    match: isQuoted ? undefined : key === '*' ? (any) => [any] : compileKeyPattern(key),
  }));
}

/**
 * The keys of a path in which nothing is a wildcard; what stands in double quotes is one key.
 *
 * `""` is a key that is empty; an empty text has no keys.
 */
export function parseKeys(text: string): Keys {
  return splitPath(text).map(({ text: key }) => key);
}

/** Keys as one path; a key with a dot in it stands in quotes. */
export function pathText(keys: Keys): string {
  return keys.map((key) => (/[."]/.test(key) || key === '' ? JSON.stringify(key) : key)).join('.');
}

/** A path without its quotes, so that a key with a dot in it is read as two. */
export function stripped(path: string): string {
  return parseKeys(path).join('.') || path;
}

function splitPath(text: string): { text: string; isQuoted: boolean }[] {
  const parts: { text: string; isQuoted: boolean }[] = [];
  for (let rest = text; text !== '';) {
    const quoted = /^"((?:[^"\\]|\\.)*)"(?=\.|$)/s.exec(rest);
    const [whole = ''] = quoted ?? /^[^.]*/.exec(rest) ?? [];
    parts.push({ text: quoted ? (quoted[1] ?? '').replace(/\\(.)/gs, '$1') : whole, isQuoted: quoted !== null });
    if (whole.length === rest.length) break;
    rest = rest.slice(whole.length + 1);
  }
  return parts;
}

/**
 * Compiles where something goes: a path in which `$1` is what the first "*" of the pattern stood for. What it stood for is
 * one key, also when it has dots in it.
 */
export function compileReplacement(text: string): (captures: readonly string[]) => Keys {
  const keys = parseKeys(text);
  return (captures) => keys.map((key) => key.replace(/\$(\d)/g, (_, n: string) => captures[Number(n) - 1] ?? ''));
}

/** The value at a path; undefined where there is none. */
export function getAt(root: Php, path: Keys): Php | undefined {
  let value: Php | undefined = root;
  for (const key of path) value = value instanceof Map ? value.get(key) : undefined;
  return value;
}

/** Sets a value in place; what is no array on the way becomes one. Answers the root, which is a new one for an empty path. */
export function setAt(root: Php, path: Keys, value: Php): Php {
  const last = path.at(-1);
  if (last === undefined) return value;
  const top: PhpArray = root instanceof Map ? root : new Map<string, Php>();
  let inside = top;
  for (const key of path.slice(0, -1)) {
    const known = inside.get(key);
    const next: PhpArray = known instanceof Map ? known : new Map<string, Php>();
    if (next !== known) inside.set(key, next);
    inside = next;
  }
  inside.set(last, value);
  return top;
}

/** Removes what stands at a path, in place. Other keys of the array stay as they are. */
export function unsetAt(root: Php, path: Keys): void {
  const inside = getAt(root, path.slice(0, -1));
  if (inside instanceof Map) inside.delete(path.at(-1) ?? '');
}
