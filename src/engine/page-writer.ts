import type { SourcePage } from '../connector/subscribing.ts';
import { rowTexts } from '../core/row-texts.ts';
import type { SortedPage } from './sort-page.ts';

/** Pages that are written together at most. */
const MOST_PAGES = 4;
/** Characters of the records of pages that are written together; a page with more is written alone. */
const MOST_CHARACTERS = 500_000;
/**
 * Shortest time from the beginning of one writing to that of the next: pages that are read faster are written together,
 * and share what a writing costs.
 */
const GATHER_MS = 25;

/** A page of the source, and what is new in it. */
export interface ReadPage {
  readonly page: SourcePage;
  readonly sorted: SortedPage;
}

/** How writing ended: not done where the run is not this worker's any more, or was cancelled. */
export type CommitEnd = 'committed' | 'lost' | 'cancelled';

/** What a writer works with. */
export interface PageWriterDeps {
  /** Makes pages durable, all or none. */
  readonly write: (pages: readonly ReadPage[]) => Promise<CommitEnd>;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Writes the pages of one reading behind it, in their order: one group at a time, while the next one gathers. A reading
 * that is ahead by more waits.
 */
export class PageWriter {
  readonly #deps: PageWriterDeps;
  /** Pages that will be written together next; undefined where none waits. */
  #gathering: Group | undefined;
  #last: Promise<void> = Promise.resolve();
  #end: CommitEnd = 'committed';
  #fault: { readonly error: unknown } | undefined;
  /** When the last writing began, milliseconds of the process. */
  #begunAt = -Infinity;

  constructor(deps: PageWriterDeps) {
    this.#deps = deps;
  }

  /**
   * Takes a page as soon as there is room for it.
   *
   * @returns How writing has ended so far. Once that is not "committed", nothing more is written.
   * @throws What kept an earlier page from being written.
   */
  async add(read: ReadPage): Promise<CommitEnd> {
    const characters = rowTexts(read.page.rows).reduce((sum, text) => sum + text.length, 0);
    if (this.#gathering && !hasRoom(this.#gathering, characters)) {
      this.#gathering.full.abort();
      await this.#gathering.taken;
    }
    this.#gathering ??= this.#open();
    this.#gathering.pages.push(read);
    this.#gathering.characters += characters;
    return this.#outcome();
  }

  /** Is done when all that was taken so far is written, or cannot be. Throws what kept it from being written. */
  async allWritten(): Promise<CommitEnd> {
    this.#gathering?.full.abort();
    await this.#last;
    return this.#outcome();
  }

  #open(): Group {
    const group = new Group();
    this.#last = this.#last.then(() => this.#write(group));
    return group;
  }

  async #write(group: Group): Promise<void> {
    await this.#gather(group.full.signal);
    this.#gathering = undefined;
    group.take();
    if (this.#end !== 'committed' || this.#fault) return;
    this.#begunAt = performance.now();
    try {
      this.#end = await this.#deps.write(group.pages);
    } catch (error) {
      this.#fault = { error };
    }
  }

  async #gather(full: AbortSignal): Promise<void> {
    const rest = this.#begunAt + GATHER_MS - performance.now();
    if (rest > 0 && !full.aborted) await this.#deps.sleep(rest, full).catch(() => undefined);
  }

  #outcome(): CommitEnd {
    if (this.#fault) throw this.#fault.error;
    return this.#end;
  }
}

/** Pages that are written together. */
class Group {
  readonly pages: ReadPage[] = [];
  characters = 0;
  /** Aborted when no more will come. */
  readonly full = new AbortController();
  /** Says that the group takes no more pages. */
  take!: () => void;
  readonly taken = new Promise<void>((resolve) => {
    this.take = resolve;
  });
}

function hasRoom({ pages, characters }: Group, more: number): boolean {
  return pages.length < MOST_PAGES && characters + more <= MOST_CHARACTERS;
}
