import type { SandboxRequest } from './answer.ts';
import type { Json } from './record.ts';

/** Which requests a fault hits; what is left out matches everything. */
interface FaultMatch {
  readonly method?: string;
  /** Tested against the path with its query, in any case. */
  readonly path?: RegExp | string;
  readonly bodyContains?: string;
  /** Only the n-th matching request, from 1. */
  readonly nth?: number;
  /** Every n-th matching request. */
  readonly every?: number;
  /** At most so many times. */
  readonly times?: number;
}

/** What happens to a request that a fault hits. */
export type FaultEffect =
  /** Answers in the place of Halo. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: Json;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** 401, as after a token was revoked. */
  | { readonly kind: 'unauthorized' }
  /** 503 with Retry-After. */
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds?: number }
  /** An HTML page with status 200, as a proxy sends it. */
  | { readonly kind: 'html'; readonly status?: number }
  /** A JSON answer of so many megabytes, streamed. */
  | { readonly kind: 'huge'; readonly megabytes: number }
  /** Waits before handling. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Destroys the connection before handling. */
  | { readonly kind: 'drop' }
  /** Handles the request, then destroys the connection: the reply is lost. */
  | { readonly kind: 'commit-then-drop' }
  /** Handles the request and never answers. */
  | { readonly kind: 'commit-then-hang' }
  /** Half of the real body; `connection` announces all of it and hangs up half way. */
  | { readonly kind: 'truncated'; readonly how?: 'body' | 'connection' }
  /** Always the first page. */
  | { readonly kind: 'repeated-page' }
  /** Full pages for ever, with a record count that stays ahead. */
  | { readonly kind: 'endless-pages' }
  /** This page has no rows, although the record count says otherwise. */
  | { readonly kind: 'empty-page'; readonly page: number }
  /** A record count that is off: set to `value`, left out, or `by` (1) less or more with every answer. */
  | { readonly kind: 'record-count'; readonly mode: 'wrong'; readonly value: number }
  | { readonly kind: 'record-count'; readonly mode: 'missing' }
  | { readonly kind: 'record-count'; readonly mode: 'shrinking' | 'growing'; readonly by?: number }
  /** Refuses posted records whose JSON contains the marker. */
  | { readonly kind: 'refuse'; readonly marker: string; readonly message?: string };

/** A fault as a test describes it. */
export interface Fault {
  readonly match?: FaultMatch;
  readonly effect: FaultEffect;
}

/** A fault that is switched on. */
export interface FaultHandle {
  readonly fault: Fault;
  /** Requests that matched, hit or not. */
  readonly seen: number;
  /** Requests that were hit. */
  readonly applied: number;
  remove(): void;
}

/** An effect on one request, with how often its fault has struck before. */
export interface Strike {
  readonly effect: FaultEffect;
  readonly round: number;
}

/** The faults of a sandbox; they can be switched while it runs. */
export class FaultBook {
  private readonly active = new Set<ActiveFault>();

  /** Switches a fault on. */
  add(fault: Fault): FaultHandle {
    const active: ActiveFault = { fault, seen: 0, applied: 0, remove: () => this.active.delete(active) };
    this.active.add(active);
    return active;
  }

  /** Switches all faults off. */
  clear(): void {
    this.active.clear();
  }

  /** The effects that hit a request, in the order in which their faults were added. */
  strike(request: SandboxRequest): Strike[] {
    const strikes: Strike[] = [];
    for (const active of this.active) {
      if (!matches(active.fault.match ?? {}, request)) continue;
      active.seen += 1;
      if (!isDue(active)) continue;
      strikes.push({ effect: active.fault.effect, round: active.applied });
      active.applied += 1;
    }
    return strikes;
  }
}

interface ActiveFault extends FaultHandle {
  seen: number;
  applied: number;
}

function matches(match: FaultMatch, request: SandboxRequest): boolean {
  const { method, path, bodyContains } = match;
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (bodyContains !== undefined && !request.body.includes(bodyContains)) return false;
  if (path === undefined) return true;
  // A fresh expression: one with the g flag would remember where it stopped.
  const target = request.rawQuery === '' ? request.path : `${request.path}?${request.rawQuery}`;
  return new RegExp(path instanceof RegExp ? path.source : path, 'i').test(target);
}

function isDue({ fault, seen, applied }: ActiveFault): boolean {
  const { nth, every, times } = fault.match ?? {};
  if (times !== undefined && applied >= times) return false;
  if (nth !== undefined && seen !== nth) return false;
  return every === undefined || seen % every === 0;
}
