/** Places of a text that one block keeps, two bits each. */
const BLOCK = 4_096;
const MAX_BLOCKS = 65_536;

export const UNKNOWN = 0;
export const FAILS = 1;
export const HOLDS = 2;

/** The search would have to remember too much. */
export class RegExpTooLarge extends Error {}

/** What is known about states of a search at places of a text: each is tried once, so the search takes linear time. */
export class RegExpMemory {
  readonly #blocks = new Map<number, Uint8Array>();
  readonly #perState: number;

  constructor(length: number) {
    this.#perState = Math.ceil((length + 1) / BLOCK);
  }

  get(state: number, at: number): number {
    const block = this.#blocks.get(state * this.#perState + Math.floor(at / BLOCK));
    if (block === undefined) return UNKNOWN;
    const place = at % BLOCK;
    return ((block[place >> 2] ?? 0) >> ((place & 3) * 2)) & 3;
  }

  set(state: number, at: number, known: number): void {
    const key = state * this.#perState + Math.floor(at / BLOCK);
    let block = this.#blocks.get(key);
    if (block === undefined) {
      if (this.#blocks.size >= MAX_BLOCKS) {
        throw new RegExpTooLarge('needs too much memory on this text; make the expression or the text shorter');
      }
      block = new Uint8Array(BLOCK / 4);
      this.#blocks.set(key, block);
    }
    const place = at % BLOCK;
    block[place >> 2] = (block[place >> 2] ?? 0) | (known << ((place & 3) * 2));
  }
}
