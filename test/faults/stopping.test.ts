import { expect, test } from '@jest/globals';
import { startSandboxHalo } from '../../sandbox/halo/server.ts';
import { countKeys, ticketsToAssets } from '../support/documents.ts';
import { describeEngines } from '../support/engines.ts';
import { startSluice, type SluiceProcess } from '../support/processes.ts';
import { until } from '../support/with-platform.ts';

const TICKETS = 300;

describeEngines('stopping under load', ['embedded'], (engine) => {
  test('SIGTERM lets batches finish; a second one ends at once; nothing is lost or doubled by either', async () => {
    const source = await startSandboxHalo({ seed: { tickets: TICKETS }, rateLimit: false });
    const target = await startSandboxHalo({ seed: {}, rateLimit: false });
    target.faults.add({ match: { method: 'POST', path: /asset/i }, effect: { kind: 'delay', ms: 400 } });
    const { variables, dispose } = await engine.create();
    const started: SluiceProcess[] = [];
    const begin = async (): Promise<SluiceProcess> => {
      const sluice = await startSluice(variables);
      started.push(sluice);
      return sluice;
    };
    try {
      const first = await begin();
      const documents = ticketsToAssets(source, target, { publisher: { batch: { size: 5 } } }).map((document) => ({
        ...{ source: 'test', document },
      }));
      await first.request('POST', '/documents/apply', { documents });
      const run = await first.request<{ id: string }>('POST', '/incomings/tickets/runs', {});
      await until(() => target.store.count('asset') > 10);
      expect(await first.stop()).toBe(0);

      const second = await begin();
      const { tasks } = await second.request<{ tasks: Record<string, number> }>('GET', `/runs/${run.id}`);
      expect(tasks['finished']).toBe(target.store.count('asset'));
      await until(() => target.store.count('asset') > 100);
      process.kill(second.pid, 'SIGTERM');
      expect(await second.stop()).not.toBeNull();

      const third = await begin();
      await until(async () => {
        const now = await third.request<{ tasks: Record<string, number> }>('GET', `/runs/${run.id}`);
        return now.tasks['finished'] === TICKETS;
      });
      expect(countKeys(target)).toEqual({ total: TICKETS, distinct: TICKETS });
    } finally {
      await Promise.all(started.map((each) => each.kill()));
      await Promise.all([source.close(), target.close()]);
      await dispose();
    }
  });
});
