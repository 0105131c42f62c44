import { ConfigError } from './errors.ts';
import { getPath, parsePath, type FieldPath } from './field-path.ts';
import { compileWholeMatch, quotePattern } from './pattern.ts';
import type { Json } from './record.ts';

/** One place in a record that a pattern matches. */
export interface GlobMatch {
  readonly path: FieldPath;
  /** What each "*" stood for, from the left: keys as text, places in lists as numbers. */
  readonly captures: readonly (string | number)[];
  readonly value: Json;
}

/** Words for option descriptions. */
export const GLOB_WORDS =
  '"*" stands for any key or list item, or for any characters inside a key ("cf_*"); "?" for one character, "[ab]" for one of these';

type Segment =
  | { readonly kind: 'one'; readonly key: string | number }
  | { readonly kind: 'any' }
  | { readonly kind: 'some'; readonly match: (key: string) => readonly string[] | undefined };

const SEGMENT = /(?:^|\.)"((?:[^"\\]|\\.)*)"|\[(-?\d+|\*)\]|(?:^|\.)((?:[^.[\]"]|\[(?!-?\d+\]|\*\])[^\]]+\])+)/y;

/** Tells whether a path has wildcards in it. */
export function isGlob(text: string): boolean {
  return parseGlob(text).some(({ kind }) => kind !== 'one');
}

/**
 * Compiles a path with wildcards: `lines.*.sku`, `lines[*].sku`, `custom.cf_*`.
 *
 * @returns A function that gives all places that match, in the order of the record. What is not there does not match.
 * @throws ConfigError ERR_FIELD_PATH.
 */
export function compileGlob(text: string): (root: Json) => readonly GlobMatch[] {
  const segments = parseGlob(text);
  return (root) =>
    segments.reduce<readonly GlobMatch[]>(
      (matches, segment) => matches.flatMap((match) => step(match, segment)),
      [{ path: [], captures: [], value: root }],
    );
}

function step({ path, captures, value }: GlobMatch, segment: Segment): GlobMatch[] {
  if (segment.kind === 'one') {
    const child = getPath(value, [segment.key]);
    return child === undefined ? [] : [{ path: [...path, segment.key], captures, value: child }];
  }
  if (Array.isArray(value)) {
    if (segment.kind === 'some') return [];
    return (value as readonly Json[]).map((child, index) => ({
      path: [...path, index],
      captures: [...captures, index],
      value: child,
    }));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries<Json>(value).flatMap(([key, child]) => {
    const found = segment.kind === 'any' ? [key] : segment.match(key);
    return found ? [{ path: [...path, key], captures: [...captures, ...found], value: child }] : [];
  });
}

function parseGlob(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  if (text === '' || text.startsWith('.')) parsePath(text);
  SEGMENT.lastIndex = 0;
  for (let at = 0; at < text.length; at = SEGMENT.lastIndex) {
    const match = SEGMENT.exec(text);
    // What is wrong with it is said by those who know: a path without wildcards has the same form.
    if (!match) return parsePath(text).map((key) => ({ kind: 'one', key }));
    const [whole, quoted, index, plain] = match;
    if (quoted !== undefined) segments.push({ kind: 'one', key: parsePath(whole.replace(/^\./, ''))[0] ?? '' });
    else if (index !== undefined) segments.push(index === '*' ? { kind: 'any' } : { kind: 'one', key: Number(index) });
    else segments.push(toSegment(plain ?? ''));
  }
  return segments;
}

function toSegment(plain: string): Segment {
  if (plain === '*') return { kind: 'any' };
  const match = compileKeyPattern(plain);
  return match ? { kind: 'some', match } : { kind: 'one', key: plain };
}

/**
 * Compiles the pattern of one key: "*", "?" and "[ab]" ("[!ab]") are wildcards.
 *
 * @returns A function that gives what each "*" stood for; undefined when there is no wildcard in it.
 */
export function compileKeyPattern(text: string): ((key: string) => readonly string[] | undefined) | undefined {
  const parts = text.split(/(\*|\?|\[[^\]]+\])/).filter((part) => part !== '');
  if (!parts.some((part) => /^(?:\*|\?|\[.+\])$/.test(part))) return undefined;
  return compileWholeMatch(`(?s)${parts.map(toPattern).join('')}`);
}

function toPattern(part: string): string {
  if (part === '*') return '(.*)';
  if (part === '?') return '.';
  if (!/^\[[^\]]+\]$/.test(part)) return quotePattern(part);
  const inner = part.slice(1, -1);
  const isNot = inner.startsWith('!');
  return `[${isNot ? '^' : ''}${(isNot ? inner.slice(1) : inner).replace(/[\\^[]/g, '\\$&')}]`;
}

/**
 * Compiles where something goes: a path in which `$1` is what the first "*" of a pattern stood for.
 *
 * A place in a list stays one: `names.$1` makes a list of what came from a list.
 *
 * @param captures How many "*" the pattern has.
 * @throws ConfigError ERR_FIELD_PATH, ERR_INVALID when there is no such "*".
 */
export function compileTarget(text: string, captures: number): (match: GlobMatch) => FieldPath {
  const path = parsePath(text);
  for (const [, number] of text.matchAll(/\$(\d)/g)) {
    if (Number(number) === 0 || Number(number) > captures) {
      throw new ConfigError('ERR_INVALID', `"${text}" uses $${number ?? ''}, but its pattern has ${captures} of "*"`);
    }
  }
  if (captures === 0) return () => path;
  return (match) => path.map((segment) => fillIn(segment, match.captures));
}

/** How many "*" a pattern has. */
export function countWildcards(text: string): number {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, '').split('*').length - 1;
}

function fillIn(segment: string | number, captures: readonly (string | number)[]): string | number {
  if (typeof segment === 'number') return segment;
  const whole = /^\$(\d)$/.exec(segment)?.[1];
  if (whole !== undefined) return captures[Number(whole) - 1] ?? '';
  return segment.replace(/\$(\d)/g, (_, number: string) => String(captures[Number(number) - 1] ?? ''));
}
