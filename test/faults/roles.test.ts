import { expect, test } from '@jest/globals';
import { startSandboxHalo } from '../../sandbox/halo/server.ts';
import { countKeys, ticketsToAssets } from '../support/documents.ts';
import { describeEngines } from '../support/engines.ts';
import { startSluice, type SluiceProcess } from '../support/processes.ts';
import { until } from '../support/with-platform.ts';

describeEngines('roles in processes of their own', ['postgres and redis'], (engine) => {
  test('two workers share the work of one API, and one of them may be killed', async () => {
    const source = await startSandboxHalo({ seed: { tickets: 1500 }, rateLimit: false });
    const target = await startSandboxHalo({ seed: {}, rateLimit: false });
    target.faults.add({ match: { method: 'POST', path: /asset/i }, effect: { kind: 'delay', ms: 50 } });
    const environment = await engine.create();
    const variables = { ...environment.variables, SLUICE_LEASE: '2s' };
    const started: SluiceProcess[] = [];
    try {
      const api = await startSluice(variables, 'api');
      started.push(api);
      const workers = await Promise.all([startSluice(variables, 'worker'), startSluice(variables, 'worker')]);
      started.push(...workers);
      const documents = ticketsToAssets(source, target).map((document) => ({ source: 'test', document }));
      await api.request('POST', '/documents/apply', { documents });
      const run = await api.request<{ id: string }>('POST', '/incomings/tickets/runs', {});
      await until(() => target.store.count('asset') > 300);
      await workers[0].kill();

      // What it held comes to the other one when its lease is over.
      await until(async () => {
        const { status, tasks } = await api.request<{ status: string; tasks: Record<string, number> }>(
          'GET',
          `/runs/${run.id}`,
        );
        return status === 'succeeded' && tasks['finished'] === 1500;
      });
      expect(countKeys(target)).toEqual({ total: 1500, distinct: 1500 });
      expect(await workers[1].stop()).toBe(0);
      expect(await api.stop()).toBe(0);
    } finally {
      await Promise.all(started.map((each) => each.kill()));
      await Promise.all([source.close(), target.close()]);
      await environment.dispose();
    }
  });
});
