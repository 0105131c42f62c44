import { message, type Answer } from './answer.ts';
import type { Settings } from './options.ts';

/** Counts requests in a rolling window. A refused request does not count. */
export class RollingWindow {
  private readonly limit: Settings['rateLimit'];
  private readonly now: () => number;
  private times: number[] = [];
  private first = 0;

  constructor(limit: Settings['rateLimit'], now: () => number) {
    this.limit = limit;
    this.now = now;
  }

  /** Counts a request, or gives the refusal when the window is full. */
  admit(): Answer | undefined {
    if (this.limit === false) return undefined;
    const now = this.now();
    this.forgetBefore(now - this.limit.windowSeconds * 1000);
    if (this.times.length - this.first >= this.limit.requests) return this.refusal(this.limit, now);
    this.times.push(now);
    return undefined;
  }

  private forgetBefore(cutoff: number): void {
    while ((this.times[this.first] ?? Infinity) <= cutoff) this.first += 1;
    if (this.first > 10_000) {
      this.times = this.times.slice(this.first);
      this.first = 0;
    }
  }

  private refusal(limit: Exclude<Settings['rateLimit'], false>, now: number): Answer {
    const minutes = Math.round(limit.windowSeconds / 6) / 10;
    const freeAt = (this.times[this.first] ?? now) + limit.windowSeconds * 1000;
    const headers: Record<string, string> = limit.retryAfter
      ? { 'retry-after': String(Math.max(1, Math.ceil((freeAt - now) / 1000))) }
      : {};
    return message(
      429,
      `Rate Limit Reached - ${limit.requests} Requests per rolling ${minutes} minute window.`,
      headers,
    );
  }
}
