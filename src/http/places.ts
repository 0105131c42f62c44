import { randomUUID } from 'node:crypto';
import { concurrencyOf } from './limits.ts';
import { createSharedSlots } from './shared-slots.ts';
import { createSlots, type Slots } from './slots.ts';
import type { CallBudget, Limit, NamedBudget } from './types.ts';

/** What places are made of. */
export interface PlacesOptions {
  /** Identifier of the client. */
  readonly name: string;
  readonly limits: readonly Limit[];
  readonly budget: CallBudget;
}

/** Places for calls at the same time, of a client and of budgets with a name; made when the first call needs them. */
export class Places {
  readonly #options: PlacesOptions;
  /** This client's name among all processes that share its places. */
  readonly #holder = randomUUID();
  /** By scope: the client's own is ''. */
  readonly #slots = new Map<string, Slots>();

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /**
   * Takes a place in each budget of a call, and last in the client: always in this order, so that nobody waits in a circle.
   *
   * @returns Gives all of them back.
   * @throws The signal's reason when it is aborted while waiting.
   */
  async take(budgets: readonly NamedBudget[], signal: AbortSignal): Promise<() => void> {
    const held: (() => void)[] = [];
    const release = (): void => {
      for (const each of held.splice(0)) each();
    };
    try {
      for (const { name, limits } of [...budgets, { name: '', limits: this.#options.limits }]) {
        const size = concurrencyOf(limits);
        if (size !== Infinity) held.push(await this.#slotsOf(name, size).acquire(signal));
      }
      return release;
    } catch (error) {
      release();
      throw error;
    }
  }

  #slotsOf(scope: string, size: number): Slots {
    const known = this.#slots.get(scope) ?? this.#makeSlots(scope, size);
    this.#slots.set(scope, known);
    return known;
  }

  #makeSlots(scope: string, limit: number): Slots {
    const { budget, name } = this.#options;
    const { lease } = budget;
    if (!lease) return createSlots(limit);
    return createSharedSlots((wish) => lease(name, scope, { ...wish, holder: this.#holder, limit }));
  }
}
