import { expect, test } from '@jest/globals';
import { startSandboxHalo } from '../../sandbox/halo/server.ts';
import { countKeys, ticketsToAssets } from '../support/documents.ts';
import { describeEngines } from '../support/engines.ts';
import { startSluice } from '../support/processes.ts';
import { IS_LONG } from './matrix/rows.ts';

/** The kills come at shares of them; the whole number is for the long form. */
const ROWS = IS_LONG ? 5000 : 2000;
const KILLS = 3;

describeEngines('kill -9 while a file is read', ['embedded', 'postgres and redis'], (engine) => {
  test('each of its rows is in the target once', async () => {
    const target = await startSandboxHalo({ seed: {}, rateLimit: false });
    const environment = await engine.create();
    const variables = { ...environment.variables, SLUICE_LEASE: '1s' };
    let sluice = await startSluice(variables);
    try {
      const [source, halo, , outgoing, route] = ticketsToAssets(target, target, {
        route: { limits: { backlog: 300 } },
      });
      const incoming = { kind: 'incoming', identifier: 'tickets', spec: { subscriber: { type: 'file', key: ['id'] } } };
      await sluice.request('POST', '/documents/apply', {
        documents: [source, halo, incoming, outgoing, route].map((document) => ({ source: 'test', document })),
      });
      const rows = Array.from({ length: ROWS }, (_, index) => `${index},"Summary ${index}"\r\n`);
      await upload(sluice.url, environment.variables['SLUICE_TOKEN'] ?? '', `id,summary\r\n${rows.join('')}`);
      await sluice.request('POST', '/incomings/tickets/runs', {});
      for (let kill = 1; kill <= KILLS; kill += 1) {
        while (target.store.count('asset') < (kill * ROWS) / (KILLS + 1))
          await new Promise((resolve) => setTimeout(resolve, 5));
        await sluice.kill();
        sluice = await startSluice(variables);
      }
      while (target.store.count('asset') < ROWS) await new Promise((resolve) => setTimeout(resolve, 50));
      const { items } = await sluice.request<{ items: { state: string; rows: number }[] }>(
        'GET',
        '/incomings/tickets/files',
      );
      expect(items).toHaveLength(1);
      expect(countKeys(target)).toEqual({ total: ROWS, distinct: ROWS });
    } finally {
      await sluice.kill();
      await target.close();
      await environment.dispose();
    }
  });
});

async function upload(url: string, token: string, content: string): Promise<void> {
  const answer = await fetch(`${url}/api/v1/incomings/tickets/files?name=tickets.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
    body: content,
  });
  if (answer.status !== 201) throw new Error(await answer.text());
}
