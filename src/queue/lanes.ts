/**
 * How many batches of one route this process works on at once.
 *
 * Without it one target that does not answer would take all places, and the routes beside it would stand still. A job
 * that finds its route's lanes full leaves its turn to them: the first that is free works it off.
 */
export class Lanes {
  readonly #limit: number;
  readonly #busy = new Map<string, number>();
  readonly #turns = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Does `work` in a lane of the route, and again for each turn that was left meanwhile, until `signal` aborts. */
  async run(route: string, work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    if (count(this.#busy, route) >= this.#limit) {
      add(this.#turns, route, 1);
      return;
    }
    add(this.#busy, route, 1);
    try {
      do await work();
      while (!signal.aborted && this.#takeTurn(route));
    } finally {
      add(this.#busy, route, -1);
    }
  }

  #takeTurn(route: string): boolean {
    if (count(this.#turns, route) === 0) return false;
    add(this.#turns, route, -1);
    return true;
  }
}

function count(counts: ReadonlyMap<string, number>, key: string): number {
  return counts.get(key) ?? 0;
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const next = count(counts, key) + change;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}
