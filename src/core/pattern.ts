import { RE2JS } from 're2js';
import { ConfigError, TransformError } from './errors.ts';
import { checkTextLength } from './value-kinds.ts';

/**
 * Compiles a regular expression that a manifest or a person wrote. It runs in linear time, whatever it is and whatever
 * it is matched against; look-around and back-references are not part of it.
 *
 * @returns Whether a text has a match anywhere; `^` and `$` bind it to the ends.
 * @throws ConfigError ERR_PATTERN.
 */
export function compilePattern(source: string): (text: string) => boolean {
  const pattern = compile(source);
  return (text) => pattern.matcher(text).find();
}

/**
 * Compiles a search for what a pattern matches.
 *
 * @param group Group to take; by default the first one, or the whole match of a pattern without groups.
 * @returns A function that gives the matches of a text, or only the first one; groups without a match are left out.
 * @throws ConfigError ERR_PATTERN, also when there is no such group.
 */
export function compileFinder(source: string, group?: number): (text: string, all: boolean) => string[] {
  const pattern = compile(source);
  const taken = group ?? Math.min(pattern.groupCount(), 1);
  if (taken > pattern.groupCount()) {
    throw new ConfigError(
      'ERR_PATTERN',
      `"${source}" has ${pattern.groupCount()} groups, so there is no group ${taken}`,
    );
  }
  return (text, all) => {
    const found: string[] = [];
    const matcher = pattern.matcher(text);
    const watch = stopwatch();
    while (matcher.find()) {
      const match = matcher.group(taken);
      if (match !== null) found.push(match);
      if (!all) break;
      watch();
    }
    return found;
  };
}

/**
 * Compiles the replacement of all that a pattern matches.
 *
 * @param by `$1` is the first group, `$0` the whole match, `$$` a dollar sign.
 * @throws ConfigError ERR_PATTERN, also when a group is named that there is not.
 */
export function compileReplacement(source: string, by: string): (text: string) => string {
  const pattern = compile(source);
  const parts = replacementParts(by, pattern.groupCount(), source);
  return (text) => {
    const matcher = pattern.matcher(text);
    const watch = stopwatch();
    let result = '';
    let from = 0;
    while (matcher.find()) {
      result += text.slice(from, matcher.start());
      for (const part of parts) result += typeof part === 'string' ? part : (matcher.group(part) ?? '');
      from = matcher.end();
      checkTextLength(result.length);
      watch();
    }
    return result + text.slice(from);
  };
}

/**
 * Compiles a match of whole texts.
 *
 * @returns A function that gives what the groups matched ("" for none), or undefined for a text that does not match.
 * @throws ConfigError ERR_PATTERN.
 */
export function compileWholeMatch(source: string): (text: string) => readonly string[] | undefined {
  const pattern = compile(source);
  return (text) => {
    const matcher = pattern.matcher(text);
    if (!matcher.matches()) return undefined;
    return Array.from({ length: pattern.groupCount() }, (_, index) => matcher.group(index + 1) ?? '');
  };
}

/** A regular expression as ajv takes one, so that patterns inside of a JSON Schema run in linear time too. */
export function compileSchemaPattern(source: string): { test(text: string): boolean; toString(): string } {
  // Ajv tells its patterns apart by their text.
  return { test: compilePattern(source), toString: () => `re2:${source}` };
}

/** A text as a part of a pattern that means exactly this text. */
export function quotePattern(text: string): string {
  return RE2JS.quote(text);
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    throw new ConfigError(
      'ERR_PATTERN',
      `"${source}" is no regular expression that can be used: ${(error as Error).message}`,
    );
  }
}

function replacementParts(by: string, groups: number, source: string): readonly (string | number)[] {
  return by
    .split(/(\$\$|\$\d)/)
    .filter((part) => part !== '')
    .map((part) => {
      if (part === '$$') return '$';
      if (!/^\$\d$/.test(part)) return part;
      const group = Number(part.slice(1));
      if (group <= groups) return group;
      throw new ConfigError(
        'ERR_PATTERN',
        `"${source}" has ${groups} groups, so there is no ${part}; "$$" is a dollar sign`,
      );
    });
}

/** How long one text may be searched for all matches of one pattern. */
const MAX_SEARCH_MS = 2_000;

/** One search is linear; but a pattern that looks far ahead does so again for each of many matches. */
function stopwatch(): () => void {
  const start = performance.now();
  let count = 0;
  return () => {
    count += 1;
    if (count % 32 === 0 && performance.now() - start > MAX_SEARCH_MS) {
      throw new TransformError('takes too long on this text; write a pattern that looks less far ahead');
    }
  };
}
