import { compileRegExp } from './regexp/compile-regexp.ts';
import { whyUnusable } from './regexp/regexp-engine.ts';
import type { RegExpProgram } from './regexp/regexp-program.ts';
import { RegExpSearch } from './regexp/regexp-search.ts';

/** A regular expression for JSONata that runs in linear time. Back-references are not part of it. */
export class LinearRegExp {
  lastIndex = 0;
  readonly #program: RegExpProgram;
  #last: { readonly text: string; readonly search: RegExpSearch } | undefined;

  /** @throws Error that says what is not part of the language. */
  constructor({ source, flags }: { readonly source: string; readonly flags: string }) {
    try {
      this.#program = compileRegExp(source, flags);
    } catch (error) {
      throw new Error(`The regular expression /${source}/ cannot be used: ${whyUnusable(error) ?? String(error)}`, {
        cause: error,
      });
    }
  }

  /** The next match at or after `lastIndex`, which moves behind it; null where there is none. */
  exec(text: string): (string[] & { index: number }) | null {
    const spans = this.lastIndex > text.length ? undefined : this.#searchIn(text).find(this.lastIndex, false);
    const [start = 0, end = 0] = spans ?? [];
    this.lastIndex = end;
    if (!spans) return null;
    const groups = Array.from({ length: spans.length / 2 }, (_, group) => textAt(text, spans, group));
    // A group without a match is undefined, as of a RegExp.
    return Object.assign(groups as string[], { index: start });
  }

  #searchIn(text: string): RegExpSearch {
    if (this.#last?.text !== text)
      this.#last = { text, search: new RegExpSearch(this.#program, text, () => undefined) };
    return this.#last.search;
  }
}

function textAt(text: string, spans: readonly number[], group: number): string | undefined {
  const [start = -1, end = -1] = spans.slice(2 * group, 2 * group + 2);
  return start < 0 ? undefined : text.slice(start, end);
}
