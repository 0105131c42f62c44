import { expect, test } from '@jest/globals';
import { startSandboxHalo } from '../../sandbox/halo/server.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { clientOf, countKeys, ticketsToAssets } from '../support/documents.ts';
import { describeEngines } from '../support/engines.ts';
import { startSluice, type SluiceProcess } from '../support/processes.ts';
import { until } from '../support/with-platform.ts';

const TICKETS = 160;
const WORKERS = 4;
const PER_SECOND = 20;
const AT_A_TIME = 3;

/** A call may be so late on a busy machine; the promise is about when calls leave. */
const LATE_MS = 200;

/** Most arrivals in any stretch of a second, less what one of them may be late. */
function mostInASecond(arrivals: readonly number[]): number {
  const counts = arrivals.map((start, index) => {
    const end = arrivals.findIndex((each, later) => later > index && each >= start + 1000 - LATE_MS);
    return (end < 0 ? arrivals.length : end) - index;
  });
  return Math.max(...counts);
}

/** Tasks that needed more than one attempt, with what went wrong. */
async function triedAgain(api: SluiceProcess): Promise<unknown[]> {
  const { items } = await api.request<{ items: { id: string; attempts: number }[] }>('GET', '/tasks?limit=500');
  const ids = items.filter(({ attempts }) => attempts !== 1).map(({ id }) => id);
  return Promise.all(ids.map((id) => api.request('GET', `/tasks/${id}`)));
}

describeEngines('four workers with one budget', ['postgres and redis'], (engine) => {
  test('the target never sees more in a second, or at a time, than the client may; a 429 costs no attempt', async () => {
    const source = await startSandboxHalo({ seed: { tickets: TICKETS }, rateLimit: false });
    const target = await startSandboxHalo({ seed: {}, rateLimit: false });
    const proxy = await startCountingProxy(target.url, /^\/api\//i, 100);
    const { variables, dispose } = await engine.create();
    const started: SluiceProcess[] = [];
    try {
      started.push(...(await Promise.all(Array.from({ length: WORKERS }, () => startSluice(variables)))));
      const api = started[0] as SluiceProcess;
      target.faults.add({
        match: { method: 'POST', path: /asset/i, nth: 40 },
        effect: { kind: 'answer', status: 429, headers: { 'retry-after': '2' } },
      });
      const [halo, , ...rest] = ticketsToAssets(source, target, {
        publisher: { batch: { size: 1 }, match: [], uncertain: 'resend' },
      }) as [object, object, ...object[]];
      const limited = clientOf('halo-b', target, {
        limits: [{ requests: PER_SECOND, per: '1s' }, { concurrency: AT_A_TIME }],
        parameters: { baseUri: proxy.url },
      });
      const documents = [halo, limited, ...rest].map((document) => ({ source: 'test', document }));
      await api.request('POST', '/documents/apply', { documents });
      const run = await api.request<{ id: string }>('POST', '/incomings/tickets/runs', {});
      await until(async () => {
        const { tasks } = await api.request<{ tasks: Record<string, number> }>('GET', `/runs/${run.id}`);
        return tasks['finished'] === TICKETS;
      });

      expect(countKeys(target)).toEqual({ total: TICKETS, distinct: TICKETS });
      expect(proxy.most()).toBeLessThanOrEqual(AT_A_TIME);
      expect(mostInASecond(proxy.arrivals)).toBeLessThanOrEqual(PER_SECOND);
      // After "retry after 2 s" nobody called, of all four.
      const gaps = proxy.arrivals.slice(1).map((at, index) => at - (proxy.arrivals[index] ?? at));
      expect(Math.max(...gaps)).toBeGreaterThan(1500);
      expect(await triedAgain(api)).toEqual([]);
    } finally {
      await Promise.all(started.map((each) => each.kill()));
      await proxy.close();
      await Promise.all([source.close(), target.close()]);
      await dispose();
    }
  });
});
