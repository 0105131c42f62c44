import { afterAll, beforeAll, expect } from '@jest/globals';
import { describeEngines } from '../../support/engines.ts';
import type { LabAnswer, LabMatch, LabRequest } from '../../support/lab/script.ts';
import { assertInvariants, residentMb } from './invariants.ts';
import { type MatrixPlatform, openMatrixPlatform } from './platform.ts';
import { type FaultRow, IS_LONG, testRows } from './rows.ts';
import { eventually, pause, type Scenario, type ScenarioChanges, withScenario } from './scenario.ts';

type Row = FaultRow<MatrixPlatform>;
const RECORDS: LabMatch = { path: '/records' };

/** Variants of a row that stands in the short form already. */
const LONG = new Set([
  ...['r31-insert', 'r32-unordered', 'r32-coarse', 'r33-ignored', 'r33-missing', 'r33-full', 'r33-grows', 'r33-zero'],
  ...['r34-zero', 'r34-none', 'r35-odd', 'r36-disabled'],
]);

/** A row that runs beside the others, in a scenario of its own. */
function row(
  number: number,
  fault: string,
  name: string,
  run: (scenario: Scenario) => Promise<void>,
  changes: ScenarioChanges = {},
): Row {
  const scenario = (platform: MatrixPlatform): Promise<void> => withScenario(platform, name, run, changes);
  return { row: number, fault, wave: 'polling', isLong: LONG.has(name), run: scenario };
}

/** Runs while page 2 is on its way: what changes then changes under the reader. */
async function changeWhileReading(scenario: Scenario, change: () => void): Promise<string> {
  const held = scenario.lab.scripts.hold({ ...RECORDS, page: 2 }, 'before');
  const run = await scenario.start();
  await held.reached;
  change();
  held.release();
  return run;
}

const CHANGING: readonly Row[] = [
  row(31, 'rows inserted while paging', 'r31-insert', async (scenario) => {
    const { lab } = scenario;
    lab.add(120);
    lab.order = (a, b) => Date.parse(b.changed_at) - Date.parse(a.changed_at) || Number(a.id) - Number(b.id);
    await pause(5);
    const run = await changeWhileReading(scenario, () => {
      lab.add(30);
    });
    expect(await scenario.end(run)).toMatchObject({ status: 'succeeded' });
    await assertInvariants(scenario);
  }),
  row(31, 'rows deleted while paging', 'r31-delete', async (scenario) => {
    const { lab } = scenario;
    lab.add(160);
    const gone = [2, 3, 4, 5];
    const run = await changeWhileReading(scenario, () => {
      for (const id of gone) lab.rows.delete(id);
    });
    expect(await scenario.end(run)).toMatchObject({ status: 'succeeded' });
    await assertInvariants(scenario, { gone });
  }),
  row(31, 'rows updated while paging, in the order of their change', 'r31-update', async (scenario) => {
    const { lab } = scenario;
    lab.add(160);
    lab.order = (a, b) => Date.parse(a.changed_at) - Date.parse(b.changed_at) || Number(a.id) - Number(b.id);
    await pause(5);
    const run = await changeWhileReading(scenario, () => {
      for (const id of [2, 3, 4, 5]) lab.write(id);
    });
    await scenario.end(run);
    await assertInvariants(scenario);
  }),
];

const CLOCKS: readonly Row[] = [
  row(32, 'many rows with one time of change, over the edge of a page', 'r32-ties', async (scenario) => {
    const { lab } = scenario;
    const at = new Date().toISOString();
    lab.add(70, { changed_at: at });
    await scenario.sync();
    lab.add(70, { changed_at: at });
    await scenario.sync();
    await assertInvariants(scenario);
  }),
  row(32, 'pages without any order', 'r32-unordered', async (scenario) => {
    const { lab } = scenario;
    lab.add(130);
    let round = 0;
    lab.scripts.on(RECORDS, ({ commit, send }) => {
      round += 1;
      lab.order = (a, b) => ((Number(a.id) * 7919 * round) % 131) - ((Number(b.id) * 7919 * round) % 131);
      send(commit());
    });
    await scenario.sync();
    lab.scripts.clear();
    lab.order = undefined;
    await assertInvariants(scenario);
  }),
  row(32, 'clock that knows whole seconds only', 'r32-coarse', async (scenario) => {
    const { lab } = scenario;
    const second = (): string => `${new Date(lab.now()).toISOString().slice(0, 19)}Z`;
    lab.add(60, { changed_at: second() });
    await scenario.sync();
    lab.write(7, { changed_at: second() });
    lab.add(10, { changed_at: second() });
    await scenario.sync();
    await assertInvariants(scenario);
  }),
  row(
    32,
    'row that shows up late, with a time before the checkpoint',
    'r32-late',
    async (scenario) => {
      const { lab } = scenario;
      lab.add(60);
      await scenario.sync();
      lab.add(5, { changed_at: new Date(Date.now() - 20_000).toISOString() });
      await scenario.sync();
      await assertInvariants(scenario);
    },
    { subscriber: { overlap: '30s' } },
  ),
];

/** Changes every answer of /records. */
function rewrite(scenario: Scenario, change: (body: Page, request: LabRequest) => object): () => void {
  const script = scenario.lab.scripts.on(RECORDS, ({ request, commit, send }) => {
    const answer: LabAnswer = commit();
    send({ ...answer, body: { ...(answer.body as Page), ...change(answer.body as Page, request) } });
  });
  return () => {
    script.remove();
  };
}

interface Page {
  readonly rows: readonly object[];
  readonly total: number;
}

function pageOf({ query }: LabRequest): number {
  return Number(query.get('page'));
}

/** A reading that is short or senseless fails with this code, and a later one has everything. */
function failing(
  fault: string,
  name: string,
  code: string,
  change: (body: Page, request: LabRequest, scenario: Scenario) => object,
): Row {
  return row(33, fault, name, async (scenario) => {
    scenario.lab.add(160);
    const heal = rewrite(scenario, (body, request) => change(body, request, scenario));
    expect(await scenario.sync()).toMatchObject({ status: 'failed', error: { code } });
    heal();
    await assertInvariants(scenario);
  });
}

/** A reading that copes. */
function coping(
  fault: string,
  name: string,
  rows: number,
  change: (body: Page, request: LabRequest, scenario: Scenario) => object,
): Row {
  return row(33, fault, name, async (scenario) => {
    scenario.lab.add(rows);
    rewrite(scenario, (body, request) => change(body, request, scenario));
    expect(await scenario.sync()).toMatchObject({ status: 'succeeded', new: rows });
    await assertInvariants(scenario);
  });
}

const first = (scenario: Scenario, from: number, to: number): object[] =>
  [...scenario.lab.rows.values()].slice(from, to);

const PAGES: readonly Row[] = [
  coping('page size ignored: everything at once', 'r33-ignored', 160, (body, request, scenario) =>
    pageOf(request) === 1 ? { rows: first(scenario, 0, body.total) } : { rows: [] },
  ),
  coping('page size capped at 30', 'r33-capped', 160, (_body, request, scenario) =>
    request.query.has('changed_since')
      ? {}
      : { rows: first(scenario, (pageOf(request) - 1) * 30, pageOf(request) * 30) },
  ),
  failing('page repeated for ever', 'r33-repeated', 'ERR_PAGE_REPEATED', (_body, _request, scenario) => ({
    rows: first(scenario, 0, 50),
    total: 160,
  })),
  failing('announced number wrong: more than there are', 'r33-more', 'ERR_RUN_INCOMPLETE', () => ({ total: 190 })),
  failing('page in the middle empty', 'r33-middle', 'ERR_RUN_INCOMPLETE', (_body, request) =>
    pageOf(request) === 2 ? { rows: [] } : {},
  ),
  coping('announced number missing', 'r33-missing', 160, () => ({ total: undefined })),
  coping('last page exactly full', 'r33-full', 150, () => ({})),
  row(33, 'announced number grows with every page', 'r33-grows', async (scenario) => {
    const { lab } = scenario;
    lab.add(160);
    let asked = 0;
    const heal = rewrite(scenario, (body) => ({ total: body.total + asked++ }));
    // Whatever it makes of it, it is never green while short.
    const { status } = await scenario.sync();
    expect(status).toBe('failed');
    heal();
    await assertInvariants(scenario);
  }),
  row(33, 'announced number shrinks with every page', 'r33-shrinks', async (scenario) => {
    const { lab } = scenario;
    lab.add(160);
    let asked = 0;
    const heal = rewrite(scenario, (body) => ({ total: body.total - 40 * asked++ }));
    const { status, received } = await scenario.sync();
    expect(status === 'failed' || received >= 160).toBe(true);
    heal();
    await assertInvariants(scenario);
  }),
  row(33, 'announced number of 0 while rows come', 'r33-zero', async (scenario) => {
    const { lab } = scenario;
    lab.add(160);
    const heal = rewrite(scenario, () => ({ total: 0 }));
    const { status, received } = await scenario.sync();
    expect(status === 'failed' || received >= 160).toBe(true);
    heal();
    await assertInvariants(scenario);
  }),
];

const KEYS: readonly Row[] = [
  row(34, 'id used again under another parent', 'r34-parent', async (scenario) => {
    const { lab } = scenario;
    lab.write(1, { parent: 1 });
    lab.rows.set('twin', { ...lab.rows.get(1), id: 1, version: 1, parent: 2, changed_at: new Date().toISOString() });
    expect(await scenario.sync()).toMatchObject({ status: 'failed', error: { code: 'ERR_KEY_NOT_UNIQUE' } });
    lab.rows.delete('twin');
    await assertInvariants(scenario);
  }),
  row(34, 'id 0', 'r34-zero', async (scenario) => {
    scenario.lab.write(0);
    scenario.lab.write(1);
    await scenario.sync();
    await assertInvariants(scenario);
  }),
  row(34, 'record without an id', 'r34-none', async (scenario) => {
    const { lab } = scenario;
    lab.add(3);
    const heal = rewrite(scenario, ({ rows }) => ({ rows: rows.map(({ ...each }) => ({ ...each, id: undefined })) }));
    expect(await scenario.sync()).toMatchObject({ status: 'failed', error: { code: 'ERR_KEY_MISSING' } });
    heal();
    await assertInvariants(scenario);
  }),
  row(34, 'id that becomes a text', 'r34-type', async (scenario) => {
    const { lab } = scenario;
    lab.add(3);
    await scenario.sync();
    lab.rows.set(2, { ...lab.rows.get(2), id: '2', version: 2, changed_at: new Date().toISOString() });
    await scenario.sync();
    // The same record to us and to the target: updated, not created again.
    await assertInvariants(scenario);
    expect(lab.items).toHaveLength(3);
  }),
];

const DATES: readonly Row[] = [
  row(35, 'time of change in the year 9999', 'r35-9999', async (scenario) => {
    const { lab } = scenario;
    lab.add(3);
    lab.write(4, { changed_at: '9999-12-31T23:59:59.999Z' });
    await scenario.sync();
    lab.add(3);
    lab.write(2);
    await assertInvariants(scenario);
  }),
  row(35, 'times without a zone, of 29 February, and none at all', 'r35-odd', async (scenario) => {
    const { lab } = scenario;
    lab.write(1, { changed_at: '2024-02-29T23:30:00' });
    lab.write(2, { changed_at: '2026-03-29T02:30:00' });
    lab.write(3, { changed_at: 'not a time' });
    lab.write(4, { changed_at: null });
    lab.write(5);
    await scenario.sync();
    lab.write(6);
    await scenario.sync();
    // Rows whose time nobody can read come only with a full reading.
    await scenario.sync('full');
    await assertInvariants(scenario);
  }),
];

const CONFIGURATION: readonly Row[] = [
  row(36, 'configuration saved, renamed and imported in the middle of a reading', 'r36-saved', async (scenario) => {
    const { lab } = scenario;
    lab.add(200);
    const held = lab.scripts.hold({ ...RECORDS, page: 2 }, 'after');
    const run = await scenario.start();
    await held.reached;
    await scenario.apply(scenario.documents().map((document) => ({ ...document, name: 'Renamed' })));
    held.release();
    const ended = await scenario.end(run);
    expect(ended).toMatchObject({ status: 'succeeded', new: 200 });
    await assertInvariants(scenario);
    expect(lab.requests.filter(({ path, query }) => path === '/records' && pageIs(query, 1))).toHaveLength(2);
  }),
  row(36, 'incoming disabled in the middle of a reading, then enabled', 'r36-disabled', async (scenario) => {
    const { lab } = scenario;
    lab.add(200);
    const held = lab.scripts.hold({ ...RECORDS, page: 2 }, 'after');
    const run = await scenario.start();
    await held.reached;
    const [, , incoming] = scenario.documents();
    await scenario.apply([{ ...incoming, disabled: true }]);
    held.release();
    await scenario.end(run);
    await expect(scenario.start()).rejects.toThrow('409');
    await scenario.apply();
    await assertInvariants(scenario);
  }),
  row(
    36,
    'route and incoming deleted in the middle of a reading, then imported again',
    'r36-deleted',
    async (scenario) => {
      const { lab, platform, name } = scenario;
      lab.add(200);
      const held = lab.scripts.hold({ ...RECORDS, page: 2 }, 'after');
      await scenario.start();
      await held.reached;
      await expect(platform.request('DELETE', `/documents/incoming/${name}`)).rejects.toThrow('409');
      await removeDocument(platform, `/documents/route/${name}`);
      await removeDocument(platform, `/documents/incoming/${name}`);
      held.release();
      await eventually('the run has ended', 30_000, async () =>
        (await scenario.runs()).every(({ status }) => status !== 'running'),
      );
      await scenario.apply();
      await scenario.sync('full');
      await assertInvariants(scenario);
    },
  ),
];

function pageIs(query: URLSearchParams, page: number): boolean {
  return query.get('page') === String(page);
}

/** 204 has no JSON. */
async function removeDocument(platform: MatrixPlatform, route: string): Promise<void> {
  const [api] = platform.running;
  const headers = { authorization: `Bearer ${platform.variables['SLUICE_TOKEN'] ?? ''}` };
  const answer = await fetch(`${api?.url ?? ''}/api/v1${route}`, { method: 'DELETE', headers });
  expect(answer.status).toBe(204);
}

const FIRST_SYNC = IS_LONG ? 200_000 : 3000;

const LARGE: readonly Row[] = [
  {
    row: 37,
    fault: `first reading of ${FIRST_SYNC} records, restarted in the middle`,
    run: (platform) =>
      withScenario(
        platform,
        'r37',
        async (scenario) => {
          const { lab } = scenario;
          lab.add(FIRST_SYNC);
          const pages = FIRST_SYNC / 50;
          const half = lab.scripts.hold({ ...RECORDS, page: pages / 2 }, 'after');
          const run = await scenario.start();
          await half.reached;
          const [before] = platform.running;
          const stopped = before && platform.stop(before);
          half.release();
          expect(await stopped).toBe(0);
          const after = await platform.start('all');
          let most = 0;
          const watch = setInterval(() => (most = Math.max(most, residentMb(after.pid))), 500);
          try {
            expect(await scenario.end(run, 280_000)).toMatchObject({ status: 'succeeded', new: FIRST_SYNC });
          } finally {
            clearInterval(watch);
          }
          // It went on where it was: at most one page came twice.
          const read = lab.requests.filter(({ path }) => path === '/records').length;
          expect(read).toBeLessThanOrEqual(pages + 2);
          expect(most).toBeLessThan(500);
          await assertInvariants(scenario);
        },
        { publisher: { batch: { size: 50 } } },
      ),
  },
];

describeEngines('fault matrix: polling and paging', ['postgres and redis'], () => {
  let platform: MatrixPlatform;

  beforeAll(async () => {
    platform = await openMatrixPlatform('postgres and redis');
    await platform.start('all');
  });
  afterAll(() => platform.close());

  testRows(() => platform, [...CHANGING, ...CLOCKS, ...PAGES, ...KEYS, ...DATES, ...CONFIGURATION, ...LARGE]);
});
