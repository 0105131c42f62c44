import type { SandboxRequest } from './answer.ts';

/** A request as the log keeps it. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** 0 where the client got no answer. */
  readonly status: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Remembers the latest requests. */
export class RequestLog {
  readonly entries: LoggedRequest[] = [];
  private readonly size: number;
  private readonly now: () => number;

  constructor(size: number, now: () => number) {
    this.size = size;
    this.now = now;
  }

  add({ method, path, rawQuery }: SandboxRequest, status: number): void {
    this.entries.push({ method, path, query: rawQuery, status, at: this.now() });
    if (this.entries.length > this.size) this.entries.shift();
  }
}
