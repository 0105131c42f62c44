import type { TaskStore } from './deps.ts';
import { type PatienceDeps, withPatience } from './patience.ts';

/** The claim was taken back while this process was frozen; whoever has the tasks now goes on with them. */
export class ClaimLost extends Error {}

/**
 * The mark of a claim is written again after this time at most. A process that is frozen keeps its lease for longer, so
 * one that goes on after its claim was taken back has to write it, and learns that it is lost.
 */
const MARK_MS = 250;

/** What marks are written with. */
export interface MarkDeps extends PatienceDeps {
  readonly tasks: Pick<TaskStore, 'markSending' | 'clearSending'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * The mark of one claim: durable before each of its calls begins, so that a crash leaves in doubt what may have arrived, and
 * only that.
 *
 * States: unmarked → marked → (calls under way); back to unmarked where nothing was sent after all. What is written is
 * written one after the other.
 */
export class SendingMark {
  /** Since when a call may have taken effect, epoch milliseconds; undefined while none has begun. */
  since: number | undefined;
  readonly #claim: number;
  readonly #deps: MarkDeps;
  readonly #signal: AbortSignal;
  #calls = 0;
  /** When it was written last, epoch milliseconds; 0 while the claim is not marked. */
  #markedAt = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(claim: number, deps: MarkDeps, signal: AbortSignal) {
    this.#claim = claim;
    this.#deps = deps;
    this.#signal = signal;
  }

  /**
   * Marks the claim while `place` is waited for, so that the call can begin as soon as there is one. Where that takes long,
   * or there will be none, the mark is taken back.
   *
   * @returns Once nothing more is done about it. Never fails: what is wrong, {@link SendingMark.begin} tells.
   */
  async ahead(place: Promise<unknown>): Promise<void> {
    if (this.#calls > 0) return;
    try {
      await this.#inTurn(() => this.#write());
      if (await isThereSoon(place)) return;
      await this.#inTurn(async () => {
        if (this.#calls === 0) await this.#clear();
      });
    } catch {
      // Told by who begins the call.
    }
  }

  /**
   * Before a call: is done when the mark is durable.
   *
   * @throws ClaimLost when the claim was taken back: nothing may be sent then.
   */
  begin(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#write();
      this.since ??= this.#deps.now();
      this.#calls += 1;
    });
  }

  /** The target did not take the last call. The mark is for the whole claim: it stays when an earlier call of it went out. */
  async notSent(): Promise<void> {
    if (this.#calls > 1) return;
    this.since = undefined;
    this.#calls = 0;
    await this.#inTurn(() => this.#clear());
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #write(): Promise<void> {
    const { tasks, now } = this.#deps;
    if (this.#markedAt + MARK_MS > now()) return;
    const mark = async (): Promise<number> => {
      const markedAt = now();
      if (!(await tasks.markSending(this.#claim))) throw new ClaimLost();
      return markedAt;
    };
    this.#markedAt = await withPatience(mark, this.#deps, this.#signal);
  }

  async #clear(): Promise<void> {
    if (this.#markedAt === 0) return;
    this.#markedAt = 0;
    await withPatience(() => this.#deps.tasks.clearSending(this.#claim), this.#deps, this.#signal);
  }
}

/** Whether there is a place before the mark has to be written again. */
async function isThereSoon(place: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, MARK_MS, false);
  });
  const there = place.then(
    () => true,
    () => false,
  );
  return Promise.race([there, late]).finally(() => {
    clearTimeout(timer);
  });
}
