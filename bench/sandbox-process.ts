import { type SandboxHalo, startSandboxHalo } from '../sandbox/halo/server.ts';
import type { Arrivals, Arrived, HaloAccess, SandboxAccess, SandboxJob } from './messages.ts';
import { answerParent } from './processes.ts';

/**
 * Both ends of the route in a process of their own, so that their work is not counted as ours: a Halo with computed
 * tickets, and one that counts assets instead of keeping them.
 */
let target: SandboxHalo | undefined;
let isTiming = false;
const arrivals: [string, number][] = [];

async function start(records: number, targetDelayMs: number): Promise<SandboxAccess> {
  const source = await startSandboxHalo({ syntheticTickets: records, rateLimit: false, seed: {} });
  target = await startSandboxHalo({ sinkMode: 'count', rateLimit: false, seed: {} });
  if (targetDelayMs > 0)
    target.faults.add({ match: { method: 'POST', path: '/api/' }, effect: { kind: 'delay', ms: targetDelayMs } });
  return { source: accessOf(source), target: accessOf(target) };
}

function accessOf({ url, authUrl, clientId, clientSecret }: SandboxHalo): HaloAccess {
  return { url, authUrl, clientId, clientSecret };
}

function count(): Arrived {
  if (!target) throw new Error('The sandbox was not started');
  return target.sink.countsOf('asset');
}

/** From the first question on, the moments are noted: a million of them would take memory that nobody asked for. */
function tellArrivals(): Arrivals {
  if (target && !isTiming) {
    isTiming = true;
    target.sink.onAdded = (key) => arrivals.push([key, performance.timeOrigin + performance.now()]);
  }
  return arrivals.splice(0);
}

answerParent((question) => {
  const job = question as SandboxJob;
  if (job.kind === 'start') return start(job.records, job.targetDelayMs ?? 0);
  return Promise.resolve(job.kind === 'count' ? count() : tellArrivals());
});
