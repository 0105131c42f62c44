import { expect, test } from '@jest/globals';
import { startSandboxHalo } from '../../sandbox/halo/server.ts';
import { clientOf, ticketsToAssets } from '../support/documents.ts';
import { describeEngines } from '../support/engines.ts';
import { startSluice, type SluiceProcess } from '../support/processes.ts';
import { until } from '../support/with-platform.ts';

interface RunAnswer {
  readonly id: string;
  readonly startedAt: string;
  readonly status: string;
}

describeEngines('schedules over several processes', ['postgres'], (engine) => {
  test('a process that is frozen and thawed makes no tick twice, and one that is killed loses none', async () => {
    const halo = await startSandboxHalo({ seed: { tickets: 3 }, rateLimit: false });
    const { variables, dispose } = await engine.create();
    const started: SluiceProcess[] = [];
    const begin = async (): Promise<SluiceProcess> => {
      const sluice = await startSluice({ ...variables, SLUICE_LEASE: '1s' });
      started.push(sluice);
      return sluice;
    };
    try {
      const [frozen, killed, api] = await Promise.all([begin(), begin(), begin()]);
      const documents = [
        clientOf('halo', halo),
        clientOf('halo-b', halo),
        ...ticketsToAssets(halo, halo, { incoming: { schedule: { every: '1s' } } }).slice(2),
      ].map((document) => ({ source: 'test', document }));
      const runs = async (): Promise<RunAnswer[]> =>
        (await api.request<{ items: RunAnswer[] }>('GET', '/runs?incoming=tickets&limit=100')).items;
      const untilRuns = (count: number): Promise<void> => until(async () => (await runs()).length >= count);
      await api.request('POST', '/documents/apply', { documents });
      await untilRuns(2);
      process.kill(frozen.pid, 'SIGSTOP');
      await untilRuns((await runs()).length + 3);
      process.kill(frozen.pid, 'SIGCONT');
      await untilRuns((await runs()).length + 2);
      await killed.kill();
      await untilRuns((await runs()).length + 3);

      const starts = (await runs()).map(({ startedAt }) => Date.parse(startedAt)).sort((a, b) => a - b);
      const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? at));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(950);
      await until(async () => (await runs()).filter(({ status }) => status === 'running').length <= 1);
      expect((await runs()).filter(({ status }) => status === 'failed')).toEqual([]);
    } finally {
      await Promise.all(started.map((each) => each.kill()));
      await halo.close();
      await dispose();
    }
  });
});
