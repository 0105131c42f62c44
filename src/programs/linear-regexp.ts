import { RE2JS } from 're2js';

/** A regular expression for JSONata that runs in linear time. Look-around and back-references are not part of it. */
export class LinearRegExp {
  lastIndex = 0;
  readonly #pattern: RE2JS;

  /** @throws Error that says what is not part of the language. */
  constructor({ source, flags }: { readonly source: string; readonly flags: string }) {
    this.#pattern = RE2JS.compile(source, flagsOf(flags));
  }

  /** The next match at or after `lastIndex`, which moves behind it; null where there is none. */
  exec(text: string): (string[] & { index: number }) | null {
    const matcher = this.#pattern.matcher(text);
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0;
      return null;
    }
    this.lastIndex = matcher.end();
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
    // A group without a match is undefined, as of a RegExp.
    return Object.assign(groups as string[], { index: matcher.start() });
  }
}

function flagsOf(flags: string): number {
  return (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('m') ? RE2JS.MULTILINE : 0);
}
