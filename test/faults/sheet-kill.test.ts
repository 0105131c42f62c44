import { expect, test } from '@jest/globals';
import pg from 'pg';
import { plainText } from '../../src/core/record.ts';
import { type SandboxHalo, startSandboxHalo } from '../../sandbox/halo/server.ts';
import { clientOf } from '../support/documents.ts';
import { describeEngines, type EngineEnvironment } from '../support/engines.ts';
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

/** Something to sync a sheet with: the process can be ended and started again. */
interface Bench {
  readonly environment: EngineEnvironment;
  readonly halo: SandboxHalo;
  sluice: SluiceProcess;
}

describeEngines('kill -9 in the middle of a sheet', ['embedded'], (engine) => {
  test('goes on after the start by itself, sends nothing anew but what was under way, and tells of every row what became of it', async () => {
    await withBench(await engine.create(), async (bench) => {
      const { id, file } = await startSheet(bench, (index) => index % BAD_EVERY === 0);
      while (updatedIn(bench) < ROWS / 5) await new Promise((resolve) => setTimeout(resolve, 1));
      await bench.sluice.kill();
      expect(updatedIn(bench)).toBeLessThan(ROWS);
      bench.sluice = await startSluice(bench.environment.variables);

      const bad = ROWS / BAD_EVERY;
      await atRest(bench, id);
      const lines = await resultOf(bench, file);
      expect(lines.filter((line) => /,(done|unchanged),\d+,$/.test(line))).toHaveLength(ROWS - bad);
      expect(lines.filter((line) => /,failed,.*\[ERR_/.test(line))).toHaveLength(bad);
      expect(changedIn(bench)).toHaveLength(ROWS - bad);
      // What was under way when the process died is sent again with the same values, and nothing else is.
      expect(updatedIn(bench) - (ROWS - bad)).toBeLessThanOrEqual(UNDER_WAY);
    });
  });
});

describeEngines('kill -9 while the database keeps no results', ['postgres'], (engine) => {
  test('leaves no more in doubt than the target takes at a time, however fast it answers', async () => {
    await withBench(await engine.create(), async (bench) => {
      const keeper = new pg.Client(bench.environment.variables['DATABASE_URL']);
      await keeper.connect();
      let id = '';
      try {
        await keeper.query('BEGIN; LOCK TABLE sluice.exchange IN SHARE MODE');
        ({ id } = await startSheet(bench, () => false));
        while (updatedIn(bench) < UNDER_WAY) await new Promise((resolve) => setTimeout(resolve, 5));
        // All the rows are read: there would be more to send.
        await eventuallyIn(bench, id, ({ status }) => status !== 'running');
        expect(updatedIn(bench)).toBe(UNDER_WAY);
        await bench.sluice.kill();
      } finally {
        await keeper.end();
      }
      bench.sluice = await startSluice(bench.environment.variables);
      await atRest(bench, id);
      expect(changedIn(bench)).toHaveLength(ROWS);
      expect(updatedIn(bench)).toBe(ROWS + UNDER_WAY);
    });
  });
});

async function withBench(environment: EngineEnvironment, use: (bench: Bench) => Promise<void>): Promise<void> {
  const halo = await startSandboxHalo({ seed: { tickets: ROWS }, rateLimit: false });
  const bench = { environment, halo, sluice: await startSluice(environment.variables) };
  try {
    await use(bench);
  } finally {
    await bench.sluice.kill();
    await halo.close();
    await environment.dispose();
  }
}

/** Uploads a sheet that changes every ticket, and starts its run; `isBad` names rows whose ticket is not there. */
async function startSheet(
  { environment, halo, sluice }: Bench,
  isBad: (index: number) => boolean,
): Promise<{ id: string; file: string }> {
  const documents = [clientOf('halo', halo)].map((document) => ({ source: 'test', document }));
  await sluice.request('POST', '/documents/apply', { documents });
  const ids = halo.store.rows('tickets').map(({ id }) => Number(id));
  const columns = { Id: 'id', Summary: 'summary' };
  await sluice.request('POST', '/sheets', {
    ...{ identifier: 'sheet', client: 'halo', entity: 'tickets', columns, key: 'id' },
  });
  const rows = ids.map((id, index) => `${isBad(index) ? 900_000 + index : id},Changed ${index}`);
  const file = await upload(sluice, tokenOf(environment), `Id,Summary\n${rows.join('\n')}\n`);
  const { id } = await sluice.request<Run>('POST', '/incomings/sheet/runs', { mode: 'full' });
  return { id, file };
}

async function upload({ url }: SluiceProcess, token: string, body: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/incomings/sheet/files?name=sheet.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body,
  });
  return ((await answer.json()) as { id: string }).id;
}

async function eventuallyIn({ sluice }: Bench, id: string, isSo: (run: Run) => boolean): Promise<void> {
  while (!isSo(await sluice.request<Run>('GET', `/runs/${id}`)))
    await new Promise((resolve) => setTimeout(resolve, 50));
}

function atRest(bench: Bench, id: string): Promise<void> {
  return eventuallyIn(
    bench,
    id,
    ({ tasks }) => (tasks['finished'] ?? 0) + (tasks['failed'] ?? 0) + (tasks['waiting'] ?? 0) === ROWS,
  );
}

/** Lines of the result sheet, without its head. */
async function resultOf({ environment, sluice }: Bench, file: string): Promise<string[]> {
  const answer = await fetch(`${sluice.url}/api/v1/incomings/sheet/files/${file}/result`, {
    headers: { authorization: `Bearer ${tokenOf(environment)}` },
  });
  return (await answer.text()).trimEnd().split('\r\n').slice(1);
}

/** Updates that the target was told of, with those it was told twice. */
function updatedIn({ halo }: Bench): number {
  return halo.counts.entities['tickets']?.updated ?? 0;
}

function changedIn({ halo }: Bench): readonly unknown[] {
  return halo.store.rows('tickets').filter(({ summary }) => plainText(summary ?? '').startsWith('Changed '));
}

function tokenOf({ variables }: EngineEnvironment): string {
  return variables['SLUICE_TOKEN'] ?? '';
}
