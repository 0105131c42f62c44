import { setMaxListeners } from 'node:events';
import type { ActiveWork, Log } from '../engine/deps.ts';
import type { Claim } from '../core/task.ts';

/** Records that are handed over ahead, where batches are small: about a page. */
const RECORDS_HANDED = 128;

/** A batch whose calls are made. */
export interface LaneSent {
  /** Is done when nothing is left to do for it. */
  readonly settled: Promise<void>;
}

/** What lanes do with the batches of a route. */
export interface LaneWork {
  /** Claims up to `batches` batches that are due; none where the route may not publish now. */
  claim(route: string, batches: number): Promise<readonly Claim[]>;
  publish(route: string, claim: Claim, signal: AbortSignal): Promise<LaneSent>;
  /** Hands a claim back that was not begun. */
  release(claim: Claim): Promise<void>;
  readonly active: ActiveWork;
  readonly log: Log;
}

/**
 * The batches of each route that this process works on at once.
 *
 * Without a limit one target that does not answer would take all places, and the routes beside it would stand still.
 * A lane works off what was handed to it, then claims, until nothing is due; who wakes a route starts as many lanes as
 * it has work for.
 *
 * Where a call is slow, a lane does not wait for the database as well: it goes on once its batch is sent. As many batches as
 * there are lanes may wait for their results to be kept.
 *
 * States of a route: idle → claiming (one call for all of its lanes) → sending → settling → idle.
 */
export class Lanes {
  readonly #limit: number;
  readonly #work: LaneWork;
  readonly #routes = new Map<string, RouteLanes>();
  readonly #stop = new AbortController();

  constructor(limit: number, work: LaneWork) {
    this.#limit = limit;
    this.#work = work;
    // Every call that is on its way listens.
    setMaxListeners(0, this.cutOff.signal);
  }

  /**
   * Batches of a route that could be handed over now and would not wait long. All that are not settled are in memory: they
   * count.
   *
   * @param size Records of a batch: of small ones there may be more.
   */
  room(route: string, size: number): number {
    if (this.#stop.signal.aborted) return 0;
    const lanes = this.#routes.get(route);
    const most = Math.max(2 * this.#limit, Math.ceil(RECORDS_HANDED / size));
    return most - (lanes ? Math.max(lanes.busy, lanes.settling.size) + lanes.handed.length : 0);
  }

  /** Takes over batches that are claimed already. */
  hand(route: string, claims: readonly Claim[]): void {
    for (const { id } of claims) this.#work.active.claims.add(id);
    const lanes = this.#lanesOf(route);
    lanes.handed.push(...claims);
    this.#start(route, lanes);
  }

  /** Says that a route may have work. */
  wake(route: string): void {
    const lanes = this.#lanesOf(route);
    lanes.isAsked = true;
    if (lanes.busy < this.#limit) void this.#run(route, lanes);
  }

  /** Begins nothing new, and hands back what was not begun. */
  async close(): Promise<void> {
    this.#stop.abort(new Error('stopping'));
    for (const lanes of this.#routes.values()) {
      for (const claim of lanes.handed.splice(0)) await this.#giveBack(claim);
    }
  }

  /** Cuts off what is being published. */
  readonly cutOff = new AbortController();

  /** Is done when no lane is busy, and what was sent is settled. */
  async idle(): Promise<void> {
    for (let open = this.#open(); open.length > 0; open = this.#open()) await Promise.all(open);
  }

  #open(): Promise<void>[] {
    return [...this.#routes.values()].flatMap(({ running, settling }) => [...running, ...settling]);
  }

  #lanesOf(route: string): RouteLanes {
    const known = this.#routes.get(route);
    if (known) return known;
    const lanes = {
      busy: 0,
      waiting: 0,
      published: 0,
      isHeldUp: false,
      handed: [],
      isAsked: false,
      claiming: undefined,
      running: new Set<Promise<void>>(),
      settling: new Set<Promise<void>>(),
    };
    this.#routes.set(route, lanes);
    return lanes;
  }

  #start(route: string, lanes: RouteLanes): void {
    for (let free = Math.min(this.#limit - lanes.busy, lanes.handed.length - lanes.waiting); free > 0; free -= 1) {
      void this.#run(route, lanes);
    }
  }

  #run(route: string, lanes: RouteLanes): Promise<void> {
    lanes.busy += 1;
    const running = this.#lane(route, lanes)
      .catch((error: unknown) => {
        this.#work.log.error({ route, err: error }, 'A lane failed unexpectedly; the reconciler wakes the route again');
      })
      .finally(() => {
        lanes.busy -= 1;
        lanes.running.delete(running);
      });
    lanes.running.add(running);
    return running;
  }

  async #lane(route: string, lanes: RouteLanes): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const claim = lanes.handed.shift() ?? (await this.#claimIfAsked(route, lanes));
      if (claim) await this.#publish(route, lanes, claim);
      else if (!lanes.isAsked) return;
    }
  }

  /** Is done when the next batch may begin. */
  async #publish(route: string, lanes: RouteLanes, claim: Claim): Promise<void> {
    const sent = this.#work.publish(route, claim, this.cutOff.signal);
    const settling = this.#settled(route, sent).then(() => {
      lanes.settling.delete(settling);
      this.#end(route, lanes, claim);
    });
    lanes.settling.add(settling);
    await sent;
    while (lanes.settling.size >= 2 * this.#limit) await Promise.race(lanes.settling);
  }

  async #settled(route: string, sent: Promise<LaneSent>): Promise<void> {
    // What keeps a batch from being sent, its lane tells.
    const settled = (await sent.catch(() => undefined))?.settled;
    await settled?.catch((error: unknown) => {
      this.#work.log.error({ route, err: error }, 'A batch could not be settled; its lease will end');
    });
  }

  #end(route: string, lanes: RouteLanes, claim: Claim): void {
    this.#work.active.claims.delete(claim.id);
    lanes.published += 1;
    if (!lanes.isHeldUp) return;
    lanes.isHeldUp = false;
    this.wake(route);
  }

  /** One call claims for all lanes that wait. Where nobody said that there is work, what was handed over is all there is. */
  async #claimIfAsked(route: string, lanes: RouteLanes): Promise<Claim | undefined> {
    if (!lanes.isAsked && !lanes.claiming) return undefined;
    lanes.claiming ??= this.#claimMore(route, lanes).finally(() => {
      lanes.claiming = undefined;
    });
    lanes.waiting += 1;
    await lanes.claiming.finally(() => {
      lanes.waiting -= 1;
    });
    return lanes.handed.shift();
  }

  async #claimMore(route: string, lanes: RouteLanes): Promise<void> {
    lanes.isAsked = false;
    const { published } = lanes;
    const isPublishing = lanes.settling.size > 0;
    const claims = await this.#work.claim(route, this.#limit);
    for (const { id } of claims) this.#work.active.claims.add(id);
    if (this.#stop.signal.aborted) for (const claim of claims) await this.#giveBack(claim);
    else lanes.handed.push(...claims);
    // Where there was work there may be more.
    if (claims.length > 0) lanes.isAsked = true;
    // A batch that was on its way may be what others wait for: those of a route in order, or of the same records.
    else if (isPublishing) lanes[lanes.published > published ? 'isAsked' : 'isHeldUp'] = true;
    this.#start(route, lanes);
  }

  async #giveBack(claim: Claim): Promise<void> {
    await this.#work.release(claim).catch((error: unknown) => {
      this.#work.log.warn({ claim: claim.id, err: error }, 'A claim could not be handed back; its lease will end');
    });
    this.#work.active.claims.delete(claim.id);
  }
}

interface RouteLanes {
  busy: number;
  /** Lanes that wait for the claim that is being made. */
  waiting: number;
  readonly handed: Claim[];
  /** Batches that were published. */
  published: number;
  /** Somebody said that there may be work since the last claim. */
  isAsked: boolean;
  /** Nothing could be claimed while a batch was on its way: when it is done there may be work. */
  isHeldUp: boolean;
  claiming: Promise<void> | undefined;
  readonly running: Set<Promise<void>>;
  /** Batches that were begun and are not settled. */
  readonly settling: Set<Promise<void>>;
}
