import { expect, test } from '@jest/globals';
import type { FaultEffect } from '../../sandbox/halo/faults.ts';
import { type SandboxHalo, type SandboxHaloOptions, startSandboxHalo } from '../../sandbox/halo/server.ts';
import { countKeys, ticketsToAssets } from '../support/documents.ts';
import { describeEngines, removeKeys } from '../support/engines.ts';
import { type TestPlatform, until, withPlatform, withPlatformOn } from '../support/with-platform.ts';

interface Pair {
  readonly source: SandboxHalo;
  readonly target: SandboxHalo;
}

async function withHalos(
  tickets: number,
  use: (pair: Pair) => Promise<void>,
  options: SandboxHaloOptions = {},
): Promise<void> {
  const source = await startSandboxHalo({ seed: { tickets }, rateLimit: false });
  const target = await startSandboxHalo({ seed: {}, rateLimit: false, ...options });
  try {
    await use({ source, target });
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

function ticket(source: SandboxHalo, index: number): { id: number } {
  return source.store.rows('tickets')[index] as unknown as { id: number };
}

async function errorsOf({ platform }: TestPlatform, state: string): Promise<{ code: string; message: string }[]> {
  const rows = await platform.store.tasks.list({ state, limit: 50 });
  return rows.map((row) => JSON.parse(row.error ?? '{}') as { code: string; message: string });
}

describeEngines('records flow', ['embedded', 'postgres', 'postgres and redis'], (engine) => {
  test('1,254 tickets are announced, received and at the sink; the second run takes only what changed', async () => {
    await withPlatform(engine, (sluice) =>
      withHalos(1254, async ({ source, target }) => {
        await sluice.apply(ticketsToAssets(source, target));

        const first = await sluice.run('tickets');
        expect(first).toMatchObject({ status: 'succeeded', announced: 1254, received: 1254, fresh: 1254, repeated: 0 });
        expect(first.tasks).toMatchObject({ finished: 1254, failed: 0 });
        expect(countKeys(target)).toEqual({ total: 1254, distinct: 1254 });

        source.store.update('tickets', ticket(source, 7).id, { summary: 'Changed' });
        const second = await sluice.run('tickets');
        expect(second).toMatchObject({ status: 'succeeded', fresh: 1 });
        expect(second.received).toBeLessThan(200);
        expect(countKeys(target)).toEqual({ total: 1254, distinct: 1254 });
        const asset = target.store.rows('asset').find((row) => row['key_field'] === `T-${ticket(source, 7).id}`);
        expect(asset).toMatchObject({ key_field2: 'Changed' });
      }),
    );
  });

  test('of 1,000 records with one that the target refuses, 999 arrive once and one fails with the reason', async () => {
    await withPlatform(engine, (sluice) =>
      withHalos(1000, async ({ source, target }) => {
        source.store.update('tickets', ticket(source, 333).id, { summary: 'POISON' });
        target.faults.add({
          match: { method: 'POST', path: /asset/i },
          effect: { kind: 'refuse', marker: 'POISON', message: 'An asset type must be active' },
        });
        await sluice.apply(ticketsToAssets(source, target));

        const run = await sluice.run('tickets');

        expect(run.tasks).toMatchObject({ finished: 999, failed: 1 });
        expect(countKeys(target)).toEqual({ total: 999, distinct: 999 });
        const [error] = await errorsOf(sluice, 'failed');
        expect(error).toMatchObject({ code: 'ERR_REFUSED' });
        expect(error?.message).toContain('An asset type must be active');
      }),
    );
  });

  test('a target that stores what stands before the bad record gets nothing twice', async () => {
    await withPlatform(engine, (sluice) =>
      withHalos(
        100,
        async ({ source, target }) => {
          source.store.update('tickets', ticket(source, 40).id, { summary: 'POISON' });
          target.faults.add({
            match: { method: 'POST', path: /asset/i },
            effect: { kind: 'refuse', marker: 'POISON', message: 'no' },
          });
          await sluice.apply(ticketsToAssets(source, target));
          const run = await sluice.run('tickets');
          expect(run.tasks).toMatchObject({ finished: 99, failed: 1 });
          expect(countKeys(target)).toEqual({ total: 99, distinct: 99 });
        },
        { atomicPosts: false },
      ),
    );
  });

  test('a reply lost after the target committed does not double a record with a match key', async () => {
    await withPlatform(engine, (sluice) =>
      withHalos(60, async ({ source, target }) => {
        target.faults.add({
          match: { method: 'POST', path: /asset/i, times: 1 },
          effect: { kind: 'commit-then-drop' },
        });
        await sluice.apply(ticketsToAssets(source, target));
        const run = await sluice.run('tickets');
        expect(run.tasks).toMatchObject({ finished: 60, failed: 0, waiting: 0 });
        expect(countKeys(target)).toEqual({ total: 60, distinct: 60 });
      }),
    );
  });

  test('without a match key a lost reply waits for a person, says why, and goes on when decided', async () => {
    await withPlatform(engine, (sluice) =>
      withHalos(5, async ({ source, target }) => {
        target.faults.add({
          match: { method: 'POST', path: /asset/i, times: 1 },
          effect: { kind: 'commit-then-drop' },
        });
        await sluice.apply(ticketsToAssets(source, target, { publisher: { match: [], batch: { size: 1 } } }));
        const run = await sluice.run('tickets');
        expect(run.tasks).toMatchObject({ finished: 4, waiting: 1 });
        const [error] = await errorsOf(sluice, 'waiting');
        expect(error).toMatchObject({ code: 'ERR_UNCERTAIN' });
        expect(error?.message).toContain('Look in the target');
        expect(countKeys(target)).toEqual({ total: 5, distinct: 5 });

        const [waiting] = await sluice.platform.store.tasks.list({ state: 'waiting', limit: 1 });
        await sluice.platform.store.tasks.act([waiting?.id ?? 0], 'resolve');
        expect((await sluice.platform.store.tasks.get(waiting?.id ?? 0))?.state).toBe('finished');
      }),
    );
  });
});

describeEngines('a stop while a call hangs', ['embedded', 'postgres and redis'], (engine) => {
  test('leaves the records uncertain, so that the next start looks them up', async () => {
    const environment = await engine.create();
    try {
      await withHalos(40, async ({ source, target }) => {
        target.faults.add({
          match: { method: 'POST', path: /asset/i, times: 1 },
          effect: { kind: 'commit-then-hang' },
        });
        await withPlatformOn(environment, async (sluice) => {
          await sluice.apply(ticketsToAssets(source, target));
          await sluice.start('tickets');
          await until(() => target.store.count('asset') >= 25);
        });
        await withPlatformOn(environment, async (sluice) => {
          const end = await sluice.end(1);
          expect(end.tasks).toMatchObject({ finished: 40, failed: 0, waiting: 0 });
        });
        expect(countKeys(target)).toEqual({ total: 40, distinct: 40 });
      });
    } finally {
      await environment.dispose();
    }
  });
});

describeEngines('records flow through trouble', ['postgres and redis'], (engine) => {
  test('a queue emptied in mid-run costs nothing', async () => {
    await withPlatform(engine, (sluice) =>
      withHalos(2000, async ({ source, target }) => {
        target.faults.add({ match: { method: 'POST', path: /asset/i }, effect: { kind: 'delay', ms: 20 } });
        await sluice.apply(ticketsToAssets(source, target));
        const run = await sluice.start('tickets');
        for (const share of [0.2, 0.5, 0.8]) {
          await until(() => target.store.count('asset') > 2000 * share);
          await removeKeys(sluice.variables['SLUICE_QUEUE_PREFIX'] ?? '');
        }
        const end = await sluice.end(run);
        expect(end.tasks).toMatchObject({ finished: 2000, failed: 0 });
        expect(countKeys(target)).toEqual({ total: 2000, distinct: 2000 });
      }),
    );
  });
});

describeEngines('what else happens to records', ['embedded'], (engine) => {
  test('everything in one platform', async () => {
    await withPlatform(engine, async (sluice) => {
      await failuresOfTheSource(sluice);
      await sourceThatMisbehaves(sluice);
      await filtersAndBadRecords(sluice);
      await deletes(sluice);
      await targetKnownBefore(sluice);
      await versionsInOrder(sluice);
      await stableWhileRowsChange(sluice);
      await invalidRoutes(sluice);
      await splitRecords(sluice);
      await cancelledBehindABacklog(sluice);
      await bySchedule(sluice);
    });
  });
});

/** Each thing that can be wrong with a source ends the run with its own error; nothing is taken over. */
async function failuresOfTheSource(sluice: TestPlatform): Promise<void> {
  const cases: [string, object][] = [
    ['ERR_CLIENT_REFUSED', { parameters: { clientSecret: 'wrong-secret' } }],
    ['ERR_CONNECTION_REFUSED', { retry: { attempts: 1 }, parameters: { baseUri: 'http://127.0.0.1:9' } }],
    ['ERR_SCOPE_REFUSED', { parameters: { scopes: 'read:actions' } }],
  ];
  for (const [code, client] of cases) {
    await withHalos(10, async ({ source, target }) => {
      const prefix = `${code.toLowerCase().replaceAll('_', '-')}-`;
      await sluice.apply(ticketsToAssets(source, target, { prefix, client }));
      const run = await sluice.run(`${prefix}tickets`);
      expect({ status: run.status, code: run.error?.code, fresh: run.fresh }).toEqual({
        status: 'failed',
        code,
        fresh: 0,
      });
      expect(JSON.stringify(run.error)).not.toContain('wrong-secret');
    });
  }
}

/** A source that lies about its pages is never green, and the checkpoint does not pass the gap. */
async function sourceThatMisbehaves(sluice: TestPlatform): Promise<void> {
  const list = { method: 'GET', path: /tickets/i };
  const cases: [string, FaultEffect][] = [
    ['ERR_NOT_JSON', { kind: 'html' }],
    ['ERR_JSON_INVALID', { kind: 'truncated' }],
    ['ERR_BODY_TOO_LARGE', { kind: 'huge', megabytes: 200 }],
    ['ERR_PAGE_REPEATED', { kind: 'repeated-page' }],
    ['ERR_RUN_INCOMPLETE', { kind: 'record-count', mode: 'wrong', value: 5000 }],
  ];
  for (const [code, effect] of cases) {
    await withHalos(250, async ({ source, target }) => {
      const prefix = `${code.toLowerCase().replaceAll('_', '-')}-`;
      source.faults.add({ match: list, effect });
      await sluice.apply(ticketsToAssets(source, target, { prefix, client: { retry: { attempts: 1 } } }));
      const run = await sluice.run(`${prefix}tickets`);
      expect({ status: run.status, code: run.error?.code }).toEqual({ status: 'failed', code });
      expect(await sluice.platform.store.runs.checkpoint(`${prefix}tickets`)).toBeUndefined();

      source.faults.clear();
      const healed = await sluice.run(`${prefix}tickets`);
      expect(healed).toMatchObject({ status: 'succeeded', announced: 250 });
      await until(() => target.store.count('asset') === 250);
      expect(countKeys(target)).toEqual({ total: 250, distinct: 250 });
    });
  }
}

async function filtersAndBadRecords(sluice: TestPlatform): Promise<void> {
  await withHalos(30, async ({ source, target }) => {
    const [first, second] = [ticket(source, 0).id, ticket(source, 1).id];
    source.store.update('tickets', first, { summary: 'KEEP OUT' });
    source.store.update('tickets', second, { summary: null });
    await sluice.apply(
      ticketsToAssets(source, target, {
        prefix: 'filter-',
        incoming: { transformers: [{ type: 'filter', when: { field: 'summary', notEquals: 'KEEP OUT' } }] },
        route: {
          transformers: [
            { type: 'fail', when: { field: 'summary', equals: null }, message: 'No summary' },
            { type: 'map', fields: { key_field: 'T-&{id}', assettype_id: 1 } },
          ],
        },
      }),
    );
    const run = await sluice.run('filter-tickets');
    expect(run.tasks).toMatchObject({ finished: 28, skipped: 1, failed: 1 });
    const [failed] = await sluice.platform.store.tasks.list({ state: 'failed', key: String(second), limit: 1 });
    expect(failed?.error).toContain('No summary');

    // A corrected record goes through the same steps.
    const record = { ...source.store.get('tickets', second), summary: 'Now there is one' };
    await sluice.platform.store.tasks.act([failed?.id ?? 0], 'retry', { payload: JSON.stringify(record) });
    await until(async () => (await sluice.platform.store.tasks.get(failed?.id ?? 0))?.state === 'finished');
    expect(target.store.rows('asset').map((row) => row['key_field'])).toContain(`T-${second}`);
  });
}

/** A delete goes by the id that was learnt; without one nothing is sent at all. */
async function deletes(sluice: TestPlatform): Promise<void> {
  await withHalos(10, async ({ source, target }) => {
    const prefix = 'delete-';
    const publisher = { action: 'delete', batch: {}, match: [{ fields: ['key_field'] }] };
    target.store.put('asset', { id: 950, key_field: `T-${ticket(source, 0).id}`, assettype_id: 1 });
    await sluice.apply(ticketsToAssets(source, target, { prefix, publisher }));
    const run = await sluice.run('delete-tickets');
    expect(run.tasks).toMatchObject({ finished: 1, failed: 9 });
    expect(target.store.count('asset')).toBe(0);
    expect(target.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
    const [failed] = await sluice.platform.store.tasks.list({
      state: 'failed',
      route: 'delete-tickets-to-assets',
      limit: 1,
    });
    expect(JSON.parse(failed?.error ?? '{}')).toMatchObject({ code: 'ERR_PATH_PARAMETER_MISSING' });
  });
}

/** A record that is in the target already is updated, not created; an ambiguous one is left to a person. */
async function targetKnownBefore(sluice: TestPlatform): Promise<void> {
  await withHalos(20, async ({ source, target }) => {
    const [known, twin] = [ticket(source, 3).id, ticket(source, 4).id];
    target.store.put('asset', { id: 900, key_field: `T-${known}`, assettype_id: 1 });
    target.store.put('asset', { id: 901, key_field: `T-${twin}`, assettype_id: 1 });
    target.store.put('asset', { id: 902, key_field: `T-${twin}`, assettype_id: 1 });
    await sluice.apply(ticketsToAssets(source, target, { prefix: 'known-' }));
    const run = await sluice.run('known-tickets');
    expect(run.tasks).toMatchObject({ finished: 19, failed: 1 });
    expect(target.store.count('asset')).toBe(21);
    const [failed] = await sluice.platform.store.tasks.list({
      state: 'failed',
      route: 'known-tickets-to-assets',
      limit: 1,
    });
    expect(JSON.parse(failed?.error ?? '{}')).toMatchObject({ code: 'ERR_MATCH_AMBIGUOUS' });
  });
}

/** While one version cannot be sent the next one waits behind it: the target never ends with the older one. */
async function versionsInOrder(sluice: TestPlatform): Promise<void> {
  await withHalos(1, async ({ source, target }) => {
    const { id } = ticket(source, 0);
    target.faults.add({
      match: { method: 'POST', path: /asset/i, times: 2 },
      effect: { kind: 'answer', status: 500, body: '{"Message":"busy"}' },
    });
    await sluice.apply(ticketsToAssets(source, target, { prefix: 'order-' }));
    const first = await sluice.start('order-tickets');
    await until(async () => (await sluice.platform.store.runs.get(first))?.status === 'succeeded');
    source.store.update('tickets', id, { summary: 'Second version' });
    const second = await sluice.run('order-tickets', 'full');
    expect(second.tasks).toMatchObject({ finished: 1 });
    expect((await sluice.end(first)).tasks).toMatchObject({ finished: 1 });
    expect(target.store.rows('asset')).toHaveLength(1);
    expect(target.store.rows('asset')[0]).toMatchObject({ key_field2: 'Second version' });
  });
}

/** Records that are announced while others go are read again until the numbers agree. */
async function stableWhileRowsChange(sluice: TestPlatform): Promise<void> {
  await withHalos(450, async ({ source, target }) => {
    const shrinking = source.faults.add({
      match: { method: 'GET', path: /tickets/i, times: 5 },
      effect: { kind: 'record-count', mode: 'shrinking', by: 1 },
    });
    await sluice.apply(ticketsToAssets(source, target, { prefix: 'stable-' }));
    const run = await sluice.run('stable-tickets');
    expect(shrinking.applied).toBeGreaterThan(0);
    expect(run).toMatchObject({ status: 'succeeded' });
    await until(() => target.store.count('asset') === 450);
    expect(countKeys(target)).toEqual({ total: 450, distinct: 450 });
  });
}

/** A route that became invalid stops its incoming: nothing may be passed over. */
async function invalidRoutes(sluice: TestPlatform): Promise<void> {
  await withHalos(5, async ({ source, target }) => {
    process.env['FLOW_TEST_VARIABLE'] = 'set';
    const step = { type: 'set', fields: { key_field3: '${FLOW_TEST_VARIABLE}' } };
    await sluice.apply(ticketsToAssets(source, target, { prefix: 'invalid-', route: { transformers: [step] } }));
    delete process.env['FLOW_TEST_VARIABLE'];
    // Another change makes the platform compile everything anew, now without the variable.
    await sluice.apply([{ kind: 'storage', identifier: 'unrelated', spec: {} }]);
    const run = await sluice.run('invalid-tickets');
    expect(run).toMatchObject({ status: 'failed', fresh: 0, error: { code: 'ERR_ROUTE_INVALID' } });
    expect(run.error?.message).toContain('FLOW_TEST_VARIABLE');
  });
}

/** The first part of a split record keeps its link when the list grows. */
async function splitRecords(sluice: TestPlatform): Promise<void> {
  await withHalos(1, async ({ source, target }) => {
    const { id } = ticket(source, 0);
    source.store.update('tickets', id, { parts: ['a'] });
    const publisher = { match: [], batch: { size: 1 } };
    const transformers = [
      { type: 'split-list', field: 'parts' },
      { type: 'map', fields: { key_field: 'T-&{id}-&{parts}', assettype_id: 1 } },
    ];
    await sluice.apply(ticketsToAssets(source, target, { prefix: 'split-', publisher, route: { transformers } }));
    await sluice.run('split-tickets', 'full');
    source.store.update('tickets', id, { parts: ['a', 'b'] });
    await sluice.run('split-tickets', 'full');
    expect(target.store.rows('asset').map((row) => row['key_field'])).toEqual([`T-${id}-a`, `T-${id}-b`]);
  });
}

/** A run that waits for a slow target can be cancelled. */
async function cancelledBehindABacklog(sluice: TestPlatform): Promise<void> {
  await withHalos(1000, async ({ source, target }) => {
    const changes = { prefix: 'backlog-', route: { limits: { backlog: 100 } } };
    target.faults.add({ match: { method: 'POST', path: /asset/i }, effect: { kind: 'delay', ms: 1000 } });
    await sluice.apply(ticketsToAssets(source, target, changes));
    const run = await sluice.start('backlog-tickets');
    await until(async () => ((await sluice.platform.store.runs.get(run))?.pages ?? 0) >= 4);
    expect(await sluice.platform.store.tasks.backlog('backlog-tickets-to-assets', 10_000)).toBeLessThanOrEqual(500);
    await sluice.platform.store.runs.cancel(run);
    await until(async () => (await sluice.platform.store.runs.get(run))?.status === 'cancelled');
    target.faults.clear();
  });
}

/** A schedule starts runs by itself, and stops with its incoming. */
async function bySchedule(sluice: TestPlatform): Promise<void> {
  await withHalos(3, async ({ source, target }) => {
    const changes = { prefix: 'timed-', incoming: { schedule: { every: '1s' } } };
    await sluice.apply(ticketsToAssets(source, target, changes));
    const runs = () => sluice.platform.store.runs.list({ incoming: 'timed-tickets', limit: 10 });
    await until(async () => (await runs()).filter((run) => run.status === 'succeeded').length >= 2);
    expect((await runs()).every((run) => run.cause === 'schedule')).toBe(true);
    await until(() => target.store.count('asset') === 3);

    await sluice.apply(ticketsToAssets(source, target, { prefix: 'timed-' }));
    await until(async () => (await sluice.platform.store.schedules.all()).length === 0);
  });
}
