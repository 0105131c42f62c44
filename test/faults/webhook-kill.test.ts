import { expect, test } from '@jest/globals';
import { startSandboxHalo } from '../../sandbox/halo/server.ts';
import { countKeys, ticketsToAssets } from '../support/documents.ts';
import { describeEngines } from '../support/engines.ts';
import { startSluice } from '../support/processes.ts';
import { sendHook, SIGNED } from '../support/with-hooks.ts';

const EVENTS = 120;
const KILLS = 3;

describeEngines('kill -9 while events come in', ['embedded', 'postgres and redis'], (engine) => {
  test('a sender that tries again until it gets a 2xx has each record in the target once', async () => {
    const target = await startSandboxHalo({ seed: {}, rateLimit: false });
    const environment = await engine.create();
    const variables = { ...environment.variables, SLUICE_LEASE: '2s' };
    let sluice = await startSluice(variables);
    try {
      const documents = ticketsToAssets(target, target, { incoming: { webhook: SIGNED } });
      await sluice.request('POST', '/documents/apply', {
        documents: documents.map((document) => ({ source: 'test', document })),
      });
      let answered = 0;
      const send = async (id: number): Promise<void> => {
        // A connection that breaks says nothing about what was stored: the same delivery is sent again.
        while ((await statusOf(sluice.url, id)) !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
        answered += 1;
      };
      const sending = sendAll(EVENTS, send);
      for (let kill = 1; kill <= KILLS; kill += 1) {
        while (answered < (kill * EVENTS) / (KILLS + 1)) await new Promise((resolve) => setTimeout(resolve, 1));
        await sluice.kill();
        sluice = await startSluice(variables);
      }
      await sending;
      while (countKeys(target).distinct < EVENTS) await new Promise((resolve) => setTimeout(resolve, 50));
      const { items } = await sluice.request<{ items: { key: string }[] }>('GET', '/tasks?limit=500');
      expect(new Set(items.map(({ key }) => key)).size).toBe(EVENTS);
      expect(items).toHaveLength(EVENTS);
      expect(countKeys(target)).toEqual({ total: EVENTS, distinct: EVENTS });
    } finally {
      await sluice.kill();
      await target.close();
      await environment.dispose();
    }
  });
});

/** Four senders, each with one delivery on its way. */
async function sendAll(count: number, send: (id: number) => Promise<void>): Promise<void> {
  let next = 1;
  const sender = async (): Promise<void> => {
    while (next <= count) await send(next++);
  };
  await Promise.all([sender(), sender(), sender(), sender()]);
}

async function statusOf(url: string, id: number): Promise<number> {
  const reply = await sendHook(url, 'tickets', { id, summary: `S${id}` }, { 'x-delivery': `d-${id}` }).catch(
    () => undefined,
  );
  return reply?.status ?? 0;
}
