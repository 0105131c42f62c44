import { Agent, request } from 'node:http';

/** One event as its sender saw it. */
export interface Sent {
  readonly id: string;
  /** When its sending began, epoch milliseconds with fractions. */
  readonly at: number;
  /** Milliseconds until the answer was there. */
  readonly answeredMs: number;
  readonly status: number;
}

/** Where events go and what proves them. */
export interface Receiver {
  readonly url: string;
  readonly secret: string;
}

const TICK_MS = 5;

/** Sends so many events a second, whether they are answered or not, and waits for all answers. */
export async function sendEvents(to: Receiver, rate: number, seconds: number, name: string): Promise<Sent[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const count = Math.round(rate * seconds);
  const pending: Promise<Sent>[] = [];
  const startedAt = performance.now();
  while (pending.length < count) {
    const due = Math.min(count, ((performance.now() - startedAt) / 1000) * rate);
    while (pending.length < due) pending.push(sendEvent(to, agent, `${name}-${pending.length}`));
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  const sent = await Promise.all(pending);
  agent.destroy();
  return sent;
}

async function sendEvent(to: Receiver, agent: Agent, id: string): Promise<Sent> {
  const began = performance.now();
  const status = await post(to, agent, JSON.stringify({ id, summary: 'An event' }));
  return { id, at: performance.timeOrigin + began, answeredMs: performance.now() - began, status };
}

/** The status of the answer; 0 where there was none. */
function post({ url, secret }: Receiver, agent: Agent, body: string): Promise<number> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-key': secret };
  return new Promise((resolve) => {
    const sending = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().once('end', () => {
        resolve(answer.statusCode ?? 0);
      });
    });
    sending.once('error', () => {
      resolve(0);
    });
    sending.end(body);
  });
}

/** The value that this part of all values does not pass, e.g. 0.99; 0 where there is none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
