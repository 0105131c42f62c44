import { compileRegExp } from './compile-regexp.ts';
import { RegExpTooLarge } from './regexp-memory.ts';
import { RegExpUnsupported } from './regexp-nodes.ts';
import type { RegExpProgram } from './regexp-program.ts';
import { RegExpSearch } from './regexp-search.ts';

/** Expressions that are kept compiled. */
const MAX_KNOWN = 200;

export interface RegExpRequest {
  readonly source: string;
  readonly flags: string;
  /** Text to search in; left out, it is that of the request before. */
  readonly text: string | undefined;
  readonly from: number;
  readonly isSticky: boolean;
  /** Matches wanted. */
  readonly limit: number;
}

/** What was found: names of groups with their numbers, and start and end of each match and its groups. */
export interface RegExpFound {
  readonly names: RegExpProgram['names'];
  readonly matches: readonly (readonly number[])[];
}

/** Searches texts for regular expressions, in linear time. */
export class RegExpEngine {
  readonly #known = new Map<string, RegExpProgram>();
  readonly #tick: () => void;
  #text = '';
  #last: { readonly program: RegExpProgram; readonly search: RegExpSearch } | undefined;

  /** @param tick Called now and then while a search lasts; throws to end it. */
  constructor(tick: () => void) {
    this.#tick = tick;
  }

  /** Forgets the text of the last request. */
  forget(): void {
    this.#text = '';
    this.#last = undefined;
  }

  /** @throws Error that says why the expression cannot be used; what `tick` throws. */
  find({ source, flags, text, from, isSticky, limit }: RegExpRequest): RegExpFound {
    if (text !== undefined) {
      this.forget();
      this.#text = text;
    }
    const program = this.#compile(source, flags);
    if (this.#last?.program !== program) {
      this.#last = { program, search: new RegExpSearch(program, this.#text, this.#tick) };
    }
    return {
      names: program.names,
      matches: findAll(this.#last.search, program, this.#text, { from, isSticky, limit }),
    };
  }

  #compile(source: string, flags: string): RegExpProgram {
    const key = `${flags}/${source}`;
    const program = this.#known.get(key) ?? compileRegExp(source, flags);
    this.#known.delete(key);
    this.#known.set(key, program);
    if (this.#known.size > MAX_KNOWN) this.#known.delete(this.#known.keys().next().value ?? '');
    return program;
  }
}

/** Matches one behind the other; behind an empty one the next character is left out. */
function findAll(
  search: RegExpSearch,
  { isUnicode }: RegExpProgram,
  text: string,
  { from, isSticky, limit }: Pick<RegExpRequest, 'from' | 'isSticky' | 'limit'>,
): number[][] {
  const matches: number[][] = [];
  for (let at = from; at <= text.length && matches.length < limit;) {
    const match = search.find(at, isSticky);
    if (!match) break;
    matches.push(match);
    const [start = 0, end = 0] = match;
    at = end > start ? end : end + (isUnicode && (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
  }
  return matches;
}

/** Why an expression cannot be used, from what `find` or `compileRegExp` has thrown; undefined for what has another reason. */
export function whyUnusable(error: unknown): string | undefined {
  if (error instanceof RegExpUnsupported) {
    return `${error.message}; expressions run in linear time, so write it without, or take it apart in the program`;
  }
  if (error instanceof RegExpTooLarge || error instanceof SyntaxError) return error.message;
  return error instanceof RangeError ? 'it is nested too deep' : undefined;
}
