import { expect, test } from '@jest/globals';
import { plainText } from '../../src/core/record.ts';
import { startSandboxHalo } from '../../sandbox/halo/server.ts';
import { clientOf } from '../support/documents.ts';
import { describeEngines } from '../support/engines.ts';
import { type SluiceProcess, startSluice } from '../support/processes.ts';

const ROWS = 600;
/** Rows that can be sent and not settled: batches of 50, as many as the client makes calls at a time. */
const UNDER_WAY = 200;
/** Every so many-th row names a ticket that is not there. */
const BAD_EVERY = 100;

interface Run {
  readonly id: string;
  readonly status: string;
  readonly tasks: Readonly<Record<string, number>>;
}

describeEngines('kill -9 in the middle of a sheet', ['embedded'], (engine) => {
  test('goes on after the start by itself, sends nothing anew but what was under way, and tells of every row what became of it', async () => {
    const halo = await startSandboxHalo({ seed: { tickets: ROWS }, rateLimit: false });
    const environment = await engine.create();
    let sluice = await startSluice(environment.variables);
    try {
      const documents = [clientOf('halo', halo)].map((document) => ({ source: 'test', document }));
      await sluice.request('POST', '/documents/apply', { documents });
      const ids = halo.store.rows('tickets').map(({ id }) => Number(id));
      const columns = { Id: 'id', Summary: 'summary' };
      await sluice.request('POST', '/sheets', {
        ...{ identifier: 'sheet', client: 'halo', entity: 'tickets', columns, key: 'id' },
      });
      const rows = ids.map((id, index) => `${index % BAD_EVERY === 0 ? 900_000 + index : id},Changed ${index}`);
      const token = environment.variables['SLUICE_TOKEN'] ?? '';
      const file = await upload(sluice, token, `Id,Summary\n${rows.join('\n')}\n`);
      const { id } = await sluice.request<Run>('POST', '/incomings/sheet/runs', { mode: 'full' });
      const updated = (): number => halo.counts.entities['tickets']?.updated ?? 0;
      while (updated() < ROWS / 5) await new Promise((resolve) => setTimeout(resolve, 1));
      await sluice.kill();
      const before = updated();
      expect(before).toBeLessThan(ROWS);
      sluice = await startSluice(environment.variables);

      const bad = ROWS / BAD_EVERY;
      for (;;) {
        const { tasks } = await sluice.request<Run>('GET', `/runs/${id}`);
        if ((tasks['finished'] ?? 0) + (tasks['failed'] ?? 0) + (tasks['waiting'] ?? 0) === ROWS) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const answer = await fetch(`${sluice.url}/api/v1/incomings/sheet/files/${file}/result`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const lines = (await answer.text()).trimEnd().split('\r\n').slice(1);
      expect(lines.filter((line) => /,(done|unchanged),\d+,$/.test(line))).toHaveLength(ROWS - bad);
      expect(lines.filter((line) => /,failed,.*\[ERR_/.test(line))).toHaveLength(bad);
      const changed = halo.store
        .rows('tickets')
        .filter(({ summary }) => plainText(summary ?? '').startsWith('Changed '));
      expect(changed).toHaveLength(ROWS - bad);
      // What was under way when the process died is sent again with the same values, and nothing else is.
      expect(updated() - (ROWS - bad)).toBeLessThanOrEqual(UNDER_WAY);
    } finally {
      await sluice.kill();
      await halo.close();
      await environment.dispose();
    }
  });
});

async function upload({ url }: SluiceProcess, token: string, body: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/incomings/sheet/files?name=sheet.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body,
  });
  return ((await answer.json()) as { id: string }).id;
}
