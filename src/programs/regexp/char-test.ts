const PAGE = 256;
const UNKNOWN = 0;
const NO = 1;
const YES = 2;

/**
 * A set of characters, written as a part of a regular expression. The engine of the platform is asked about one character
 * at a time, which takes no time, and only once about each; so folding of cases and Unicode properties are the language's own.
 */
export class CharTest {
  readonly #pattern: RegExp;
  readonly #pages: (Uint8Array | undefined)[] = [];

  /** @param part What stands for one character, such as `[a-z]` or `.`. */
  constructor(part: string, flags: string) {
    this.#pattern = new RegExp(`^${part}$`, flags);
  }

  /** @param code Code unit, or code point where the flags say `u` or `v`. */
  has(code: number): boolean {
    const page = (this.#pages[code >> 8] ??= new Uint8Array(PAGE));
    const known = page[code & 255];
    if (known !== UNKNOWN) return known === YES;
    const isIn = this.#pattern.test(String.fromCodePoint(code));
    page[code & 255] = isIn ? YES : NO;
    return isIn;
  }
}
