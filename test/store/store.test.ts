import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSealer } from '../../src/core/sealing.ts';
import type { Database } from '../../src/store/database.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { openPglite } from '../../src/store/open-pglite.ts';
import { openPostgres } from '../../src/store/open-postgres.ts';
import type { Claim, NewTask, TaskOutcome } from '../../src/core/task.ts';
import { describeEngines, type EngineEnvironment } from '../support/engines.ts';

const NO_CLAIM: Claim = { id: 0, tasks: [] };

const KEY = 'a master key for tests only, not secret';
const LEASE_MS = 60_000;
const KEEP_ALL = { restMs: 1e12, failedMs: 1e12, maxTasks: 1e9, maxRuns: 1e9, maxBytes: 1e12 };

describeEngines('the store', ['embedded', 'postgres'], (engine) => {
  let environment: EngineEnvironment;
  let database: Database;
  let store: Store;

  beforeAll(async () => {
    environment = await engine.create();
    const url = environment.variables['DATABASE_URL'];
    database =
      url === undefined
        ? await openPglite(`${environment.variables['SLUICE_DATA'] ?? ''}/postgres`)
        : openPostgres(url, { onError: () => undefined });
    store = await openStore(database, createSealer(KEY));
    await store.workers.register('alive', 'worker', LEASE_MS);
  });

  afterAll(async () => {
    await database.close();
    await environment.dispose();
  });

  /** Makes open tasks on a route through a page of a run, as polling does. */
  async function makeTasks(route: string, keys: readonly string[], changes: Partial<NewTask> = {}): Promise<void> {
    const run = await store.runs.start(`in-${route}-${keys.join('-').slice(0, 20)}-${Math.random()}`, 'full', 'test');
    if (!run) throw new Error('no run');
    await store.runs.claim(run.id, 'alive');
    const tasks = keys.map((key) => ({
      route,
      key,
      isFirst: true,
      state: 'new' as const,
      record: { key },
      payload: JSON.stringify({ key }),
      stage: 'ready' as const,
      error: null,
      ...changes,
    }));
    const counts = { pages: 1, received: keys.length, fresh: keys.length, unchanged: 0, repeated: 0 };
    await store.runs.commitPage({
      run,
      worker: 'alive',
      pass: 1,
      seen: [],
      tasks,
      counts,
      announced: null,
      progress: '{}',
      claims: [],
    });
    await store.runs.finish(run, 'alive', { status: 'succeeded' });
  }

  /** Claims one batch; undefined when nothing is due. */
  async function claimOne(route: string, worker: string, size: number): Promise<Claim | undefined> {
    const [first] = await store.tasks.claim(route, worker, size, 1);
    return first;
  }

  function outcome(task: number, state: TaskOutcome['state'], changes: Partial<TaskOutcome> = {}): TaskOutcome {
    return {
      task,
      state,
      error: null,
      targetId: null,
      exchange: null,
      exchangeIndex: null,
      nextAt: 0,
      uncertainSince: null,
      countsAttempt: true,
      ...changes,
    };
  }

  async function statesOf(route: string): Promise<string[]> {
    const rows = await store.tasks.list({ route, limit: 100 });
    return rows.map((row) => row.state).reverse();
  }

  /** The claiming worker's lease runs out. */
  async function die(worker: string): Promise<void> {
    await store.workers.leave(worker);
    await store.workers.reclaim({ worker: 'alive', claims: [], runs: [] }, 10);
  }

  test('gives each task to one claim, however many ask at once', async () => {
    await makeTasks(
      'exclusive',
      Array.from({ length: 40 }, (_, index) => `k${index}`),
    );
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimOne('exclusive', 'alive', 10)));
    const ids = claims.flatMap((claim) => claim?.tasks.map((task) => task.id) ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const rest = await claimOne('exclusive', 'alive', 100);
    expect(ids.length + (rest?.tasks.length ?? 0)).toBe(40);
  });

  test('claims versions of a record in the order they were read', async () => {
    await makeTasks('versions', ['a']);
    await makeTasks('versions', ['a', 'b']);
    const first = await claimOne('versions', 'alive', 10);
    expect(first?.tasks.map((task) => task.key)).toEqual(['a', 'b']);
    expect(await claimOne('versions', 'alive', 10)).toBeUndefined();
    const [a, b] = first?.tasks ?? [];
    await store.tasks.settle(first ?? NO_CLAIM, [outcome(a?.id ?? 0, 'finished'), outcome(b?.id ?? 0, 'finished')], {
      outgoing: 'o',
      learnt: [],
    });
    const second = await claimOne('versions', 'alive', 10);
    expect(second?.tasks.map((task) => task.key)).toEqual(['a']);
  });

  test('takes work of a dead worker back: what was being sent is uncertain, what was not is new', async () => {
    await store.workers.register('dying', 'worker', LEASE_MS);
    await makeTasks('crash', ['sent']);
    const sent = await claimOne('crash', 'dying', 1);
    expect(await store.tasks.markSending(sent?.id ?? 0)).toBe(true);
    await makeTasks('crash', ['unsent']);
    const unsent = await claimOne('crash', 'dying', 1);
    await die('dying');

    const rows = await store.tasks.list({ route: 'crash', limit: 10 });
    expect(
      rows.map(({ key, state, uncertain, attempts, losses }) => ({ key, state, uncertain, attempts, losses })),
    ).toEqual([
      { key: 'unsent', state: 'retrying', uncertain: false, attempts: 0, losses: 1 },
      { key: 'sent', state: 'retrying', uncertain: true, attempts: 1, losses: 1 },
    ]);
    // The target may be busy with the lost call still.
    expect(rows[1]?.nextAt).toBeGreaterThan(Date.now());
    expect(await store.tasks.markSending(unsent?.id ?? 0)).toBe(false);
  });

  test('fails a run whose workers died ten times since its last page, and counts anew after each page', async () => {
    const run = await store.runs.start('in-deadly', 'full', 'test');
    if (!run) throw new Error('no run');
    const read = async (): Promise<void> => {
      await store.workers.register('reader', 'worker', LEASE_MS);
      await store.runs.claim(run.id, 'reader');
    };
    for (let death = 0; death < 9; death += 1) await read().then(() => die('reader'));
    await read();
    const counts = { pages: 1, received: 0, fresh: 0, unchanged: 0, repeated: 0 };
    const page = { run, worker: 'reader', pass: 1, seen: [], tasks: [], counts, announced: null, progress: '{}' };
    await store.runs.commitPage({ ...page, claims: [] });
    expect((await store.runs.get(run.id))?.losses).toBe(0);
    await die('reader');
    for (let death = 0; death < 9; death += 1) await read().then(() => die('reader'));
    const failed = await store.runs.get(run.id);
    expect(failed).toMatchObject({ status: 'failed', worker: null });
    expect(JSON.parse(failed?.error ?? '{}')).toMatchObject({ code: 'ERR_WORKER_DIED' });
  });

  test('dates the doubt back to the first call of a claim, and lets it settle after the last', async () => {
    await store.workers.register('dying-later', 'worker', LEASE_MS);
    await makeTasks('two-calls', ['k']);
    const claim = await claimOne('two-calls', 'dying-later', 1);
    await store.tasks.markSending(claim?.id ?? 0);
    await database.query('UPDATE claim SET sending_at = 1000 WHERE id = $1', [claim?.id]);
    await store.tasks.markSending(claim?.id ?? 0);
    await die('dying-later');
    const { rows } = await database.query<{ since: number; next: number }>(
      `SELECT uncertain_since AS since, next_at AS next FROM task WHERE route = 'two-calls'`,
    );
    expect(Number(rows[0]?.since)).toBe(1000);
    expect(Number(rows[0]?.next)).toBeGreaterThan(Date.now());
  });

  test('drops results of a claim that was taken back, but keeps the links it learnt', async () => {
    await store.workers.register('frozen', 'worker', LEASE_MS);
    await makeTasks('fence', ['k']);
    const claim = await claimOne('fence', 'frozen', 1);
    const task = claim?.tasks[0]?.id ?? 0;
    await die('frozen');
    await store.tasks.settle(claim ?? NO_CLAIM, [outcome(task, 'finished')], {
      outgoing: 'fence-out',
      learnt: [{ key: 'k', targetId: '77' }],
    });
    expect(await statesOf('fence')).toEqual(['retrying']);
    expect(await store.links.links('fence-out', ['k'])).toEqual(new Map([['k', '77']]));
  });

  test('lets a worker that lost its lease claim nothing', async () => {
    await makeTasks('no-lease', ['k']);
    expect(await claimOne('no-lease', 'nobody', 1)).toBeUndefined();
    expect(await statesOf('no-lease')).toEqual(['new']);
  });

  test('hands a record whose workers keep dying out alone, and fails it in the end', async () => {
    await makeTasks('poison', ['bad', 'good']);
    const handedOut: string[][] = [];
    for (let loss = 0; loss < 10; loss += 1) {
      const worker = `victim-${loss}`;
      await store.workers.register(worker, 'worker', LEASE_MS);
      const claim = await claimOne('poison', worker, 10);
      handedOut.push(claim?.tasks.map((task) => task.key) ?? []);
      await die(worker);
    }
    expect(handedOut.slice(0, 3)).toEqual([
      ['bad', 'good'],
      ['bad', 'good'],
      ['bad', 'good'],
    ]);
    expect(handedOut.slice(3)).toEqual(Array.from({ length: 7 }, () => ['bad']));
    const [good, bad] = await store.tasks.list({ route: 'poison', limit: 10 });
    expect(bad).toMatchObject({ key: 'bad', state: 'failed' });
    expect(bad?.error).toContain('died 10 times');
    expect(good).toMatchObject({ key: 'good', state: 'retrying' });
  });

  test('hands no second record out beside one whose workers keep dying, so that it is not lost with it', async () => {
    await makeTasks('suspects', ['bad', 'innocent']);
    for (let loss = 0; loss < 3; loss += 1) {
      await store.workers.register('suspecting', 'worker', LEASE_MS);
      await claimOne('suspects', 'suspecting', 10);
      await die('suspecting');
    }
    await makeTasks('suspects', ['fresh']);
    const keysOf = (claim: Claim | undefined): string[] | undefined => claim?.tasks.map(({ key }) => key);
    expect(keysOf(await claimOne('suspects', 'alive', 10))).toEqual(['bad']);
    expect(keysOf(await claimOne('suspects', 'alive', 10))).toEqual(['fresh']);
    expect(await claimOne('suspects', 'alive', 10)).toBeUndefined();
  });

  test('parks a version behind one that waits, and lets it go with the decision', async () => {
    await makeTasks('waiting', ['k']);
    const claim = await claimOne('waiting', 'alive', 1);
    await store.tasks.settle(claim ?? NO_CLAIM, [outcome(claim?.tasks[0]?.id ?? 0, 'waiting', { error: '{}' })], {
      outgoing: 'o',
      learnt: [],
    });
    await makeTasks('waiting', ['k']);
    await store.tasks.parkBehindWaiting();
    expect(await statesOf('waiting')).toEqual(['waiting', 'waiting']);
    await store.tasks.act([claim?.tasks[0]?.id ?? 0], 'resolve');
    expect(await statesOf('waiting')).toEqual(['finished', 'new']);
  });

  test('does not put an old version over a newer one when it is retried', async () => {
    await makeTasks('stale', ['k'], { state: 'failed', error: '{}' });
    await makeTasks('stale', ['k']);
    const claim = await claimOne('stale', 'alive', 5);
    await store.tasks.settle(claim ?? NO_CLAIM, [outcome(claim?.tasks[0]?.id ?? 0, 'finished')], {
      outgoing: 'o',
      learnt: [],
    });
    const [, old] = await store.tasks.list({ route: 'stale', limit: 5 });
    await store.tasks.act([old?.id ?? 0], 'retry');
    expect(await statesOf('stale')).toEqual(['skipped', 'finished']);
    expect((await store.tasks.get(old?.id ?? 0))?.error).toContain('SUPERSEDED');
  });

  test('writes no page of a run that belongs to another worker', async () => {
    const run = await store.runs.start('fenced-run', 'full', 'test');
    if (!run) throw new Error('no run');
    expect(await store.runs.start('fenced-run', 'full', 'test')).toBeUndefined();
    await store.workers.register('slow', 'worker', LEASE_MS);
    await store.runs.claim(run.id, 'slow');
    expect(await store.runs.claim(run.id, 'alive')).toBeUndefined();
    await die('slow');
    expect(await store.runs.orphans()).toContainEqual({ id: run.id, losses: 1, idleSince: expect.any(Number) });
    await store.runs.claim(run.id, 'alive');
    const counts = { pages: 1, received: 1, fresh: 1, unchanged: 0, repeated: 0 };
    const page = {
      run,
      pass: 1,
      seen: [{ key: 'k', hash: 'h' }],
      tasks: [],
      counts,
      announced: 1,
      progress: '{}',
      claims: [],
    };
    expect(await store.runs.commitPage({ ...page, worker: 'slow' })).toEqual({ result: 'lost' });
    expect(await store.runs.seen('fenced-run', ['k'])).toEqual(new Map());
    expect(await store.runs.commitPage({ ...page, worker: 'alive' })).toEqual({ result: 'committed', claims: [] });
    expect(await store.runs.seen('fenced-run', ['k'])).toEqual(new Map([['k', { hash: 'h', pass: 1 }]]));
    expect(await store.runs.finish(run, 'slow', { status: 'succeeded', cursor: '{"at":1}' })).toBe(false);
    expect(await store.runs.checkpoint('fenced-run')).toBeUndefined();
  });

  test('claims tasks as it makes them', async () => {
    const run = await store.runs.start('handed', 'full', 'test');
    if (!run) throw new Error('no run');
    await store.runs.claim(run.id, 'alive');
    const tasks = ['a', 'b', 'c', 'd'].map((key): NewTask => {
      const record = { key, twice: 'the same text' };
      const payload = JSON.stringify(record);
      return { route: 'handed', key, isFirst: true, state: 'new', record, payload, stage: 'ready', error: null };
    });
    const counts = { pages: 3, received: 4, fresh: 4, unchanged: 0, repeated: 0 };
    const claims = [
      { route: 'handed', tasks: [0, 1] },
      { route: 'handed', tasks: [3] },
    ];
    const page = { run, worker: 'alive', pass: 1, seen: [], tasks, counts, announced: null, progress: '{}', claims };
    const committed = await store.runs.commitPage(page);
    if (committed.result !== 'committed') throw new Error(committed.result);
    expect(await store.runs.get(run.id)).toMatchObject({ pages: 3, received: 4 });
    expect(committed.claims.map((claim) => claim.tasks.map((each) => each.key))).toEqual([['a', 'b'], ['d']]);
    expect(await statesOf('handed')).toEqual(['processing', 'processing', 'processing', 'new']);
    expect((await claimOne('handed', 'alive', 10))?.tasks.map((each) => each.record)).toEqual([tasks[2]?.record]);
    const [first] = committed.claims;
    const outcomes = (first?.tasks ?? []).map((each) => outcome(each.id, 'finished', { targetId: `t-${each.key}` }));
    await store.tasks.settle(first ?? NO_CLAIM, outcomes, { outgoing: 'o', learnt: [] });
    expect(await statesOf('handed')).toEqual(['finished', 'finished', 'processing', 'processing']);
    expect((await store.tasks.get(first?.tasks[1]?.id ?? 0))?.payload).toBe(tasks[1]?.payload);
  });

  test('claims nothing for a worker without a lease, and makes the tasks all the same', async () => {
    const run = await store.runs.start('no-lease-run', 'full', 'test');
    if (!run) throw new Error('no run');
    await store.workers.register('ending', 'worker', LEASE_MS);
    await store.runs.claim(run.id, 'ending');
    await store.workers.leave('ending');
    const record = { key: 'k' };
    const payload = JSON.stringify(record);
    const committed = await store.runs.commitPage({
      run,
      worker: 'ending',
      pass: 1,
      seen: [],
      tasks: [
        { route: 'leaseless', key: 'k', isFirst: true, state: 'new', record, payload, stage: 'ready', error: null },
      ],
      counts: { pages: 1, received: 1, fresh: 1, unchanged: 0, repeated: 0 },
      announced: null,
      progress: '{}',
      claims: [{ route: 'leaseless', tasks: [0] }],
    });
    expect(committed).toEqual({ result: 'committed', claims: [] });
    expect(await statesOf('leaseless')).toEqual(['new']);
  });

  test('keeps records as they are: NUL, lone surrogates, __proto__ and order of keys', async () => {
    const payload = '{"z":"a\\u0000b","a":"\\ud800","__proto__":{"polluted":true},"n":1.5}';
    await makeTasks('exact', ['k'], { payload });
    const claim = await claimOne('exact', 'alive', 1);
    const [task] = claim?.tasks ?? [];
    expect(JSON.stringify(task?.record)).toBe(payload);
    expect((await store.tasks.get(task?.id ?? 0))?.payload).toBe(payload);
  });

  test('gives out no more calls in a window than allowed, however many ask at once', async () => {
    const windows = [{ requests: 20, perMs: 60_000 }];
    const waits = await Promise.all(Array.from({ length: 50 }, () => store.clients.take('busy', windows)));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(20);
    // The window counts for 60.25 s, and is kept in slots of 1.004 s, whose first one has to be over as a whole.
    for (const wait of waits.filter((each) => each > 0)) expect(wait).toBeLessThanOrEqual(62 * 1004);
  });

  test('takes from no window when one of them is spent', async () => {
    const windows = [
      { requests: 100, perMs: 60_000 },
      { requests: 1, perMs: 30_000 },
    ];
    expect(await store.clients.take('two', windows)).toBe(0);
    expect(await store.clients.take('two', windows)).toBeGreaterThan(0);
    const { rows } = await database.query<{ slots: number[] }>(
      `SELECT slots FROM call_window WHERE client = 'two' AND per_ms >= 60000`,
    );
    expect(rows[0]?.slots.map(Number)[1]).toBe(1);
  });

  test('counts budgets with a name besides those of the client, by weight, and the heavier call waits', async () => {
    const own = { requests: 100, perMs: 60_000 };
    const writes = { scope: 'writes', requests: 5, perMs: 60_000 };
    expect(await store.clients.take('named', [own, writes], 3)).toBe(0);
    expect(await store.clients.take('named', [own, writes], 3)).toBeGreaterThan(0);
    expect(await store.clients.take('named', [own, writes], 2)).toBe(0);
    expect(await store.clients.take('named', [own])).toBe(0);
    expect(await store.clients.take('named', [{ scope: 'heavy', requests: 2, perMs: 60_000 }], 50)).toBe(0);
    const { rows } = await database.query<{ scope: string; slots: number[] }>(
      `SELECT scope, slots FROM call_window WHERE client = 'named' ORDER BY scope`,
    );
    const counts = rows.map(({ scope, slots }) => [scope, slots.filter((_, index) => index % 2 === 1).map(Number)]);
    expect(counts.map(([scope, calls]) => [scope, (calls as number[]).reduce((sum, each) => sum + each, 0)])).toEqual([
      ['', 6],
      ['heavy', 50],
      ['writes', 5],
    ]);
  });

  test('keeps answers of further calls by version, and forgets those that nobody asks for', async () => {
    await store.details.write('c', 'devices.audit', [
      { key: 'a', version: '1', body: '{"serial":"x"}' },
      { key: 'b', version: '1', body: 'null' },
    ]);
    await store.details.write('c', 'devices.audit', [{ key: 'a', version: '2', body: '{"serial":"y"}' }]);
    expect([...(await store.details.read('c', 'devices.audit', ['a', 'b', 'none']))]).toEqual(
      expect.arrayContaining([
        ['a', { version: '2', body: '{"serial":"y"}' }],
        ['b', { version: '1', body: 'null' }],
      ]),
    );
    expect((await store.details.read('other', 'devices.audit', ['a'])).size).toBe(0);
    await database.query(`UPDATE detail SET used_at = 0 WHERE key = 'b'`);
    await store.maintenance.prune({ ...KEEP_ALL, restMs: 1_000_000 });
    expect([...(await store.details.read('c', 'devices.audit', ['a', 'b'])).keys()]).toEqual(['a']);
  });

  test('pauses a client for all of its callers', async () => {
    await store.clients.pause('paused', 5000);
    await store.clients.pause('paused', 1000);
    const wait = await store.clients.take('paused', []);
    expect(wait).toBeGreaterThan(3000);
    expect(wait).toBeLessThanOrEqual(5000);
  });

  test('keeps tokens sealed, for the credentials they were given for', async () => {
    const token = { accessToken: 'canary-token-value', expiresAtMs: 1, scope: 'all' };
    expect(await store.clients.claimRenewal('sealed', 10_000)).toBe(true);
    expect(await store.clients.claimRenewal('sealed', 10_000)).toBe(false);
    await store.clients.write('sealed', 'key-1', token);
    expect(await store.clients.read('sealed', 'key-1')).toEqual(token);
    expect(await store.clients.read('sealed', 'key-2')).toBeUndefined();
    const { rows } = await database.query(`SELECT * FROM client_state WHERE client = 'sealed'`);
    expect(JSON.stringify(rows)).not.toContain('canary-token-value');
    await store.clients.discard('sealed', 'another');
    expect(await store.clients.read('sealed', 'key-1')).toEqual(token);
    await store.clients.discard('sealed', 'canary-token-value');
    expect(await store.clients.read('sealed', 'key-1')).toBeUndefined();
  });

  test('keeps the refresh token of an access token that was refused', async () => {
    const token = {
      accessToken: 'refused',
      expiresAtMs: 9_000_000_000_000,
      refreshToken: 'canary-refresh',
      picked: { a: 1 },
    };
    await store.clients.write('refused', 'key', token);
    await store.clients.discard('refused', 'refused');
    expect(await store.clients.read('refused', 'key')).toEqual({ ...token, expiresAtMs: 0 });
    const { rows } = await database.query(`SELECT * FROM client_state WHERE client = 'refused'`);
    expect(JSON.stringify(rows)).not.toContain('canary-refresh');
  });

  test('hands a sign-in by a person to one of many, once, and seals what it needs', async () => {
    const begun = { id: 'a1', client: 'acme', secret: { verifier: 'canary-verifier', redirectUri: 'https://a' } };
    await store.signIns.begin(begun, 'hash-1', Date.now() + 60_000);
    const { rows } = await database.query('SELECT * FROM sign_in');
    expect(JSON.stringify(rows)).not.toContain('canary-verifier');
    const taken = await Promise.all([1, 2, 3].map(() => store.signIns.take('hash-1')));
    expect(taken.filter((each) => each !== 'used')).toEqual([begun]);
    await store.signIns.end('a1', 'connected', 'Connected');
    expect(await store.signIns.take('hash-1')).toBe('used');
    expect(await store.signIns.find('acme', 'a1')).toMatchObject({ status: 'connected', message: 'Connected' });
    expect(await store.signIns.find('other', 'a1')).toBeUndefined();
    expect(await store.signIns.take('hash-2')).toBe('unknown');
    await store.signIns.begin({ ...begun, id: 'a2' }, 'hash-3', Date.now() - 1);
    expect(await store.signIns.take('hash-3')).toBe('expired');
  });

  test('refuses another master key before anything else', async () => {
    await expect(openStore(database, createSealer('another master key, also long'))).rejects.toMatchObject({
      code: 'ERR_KEY_WRONG',
    });
  });

  test('lets one of two changes win that were checked against the same version', async () => {
    const revision = await store.documents.revision();
    const change = { action: 'write' as const, kind: 'storage', identifier: 's', body: '{}' };
    const results = await Promise.all([1, 2].map(() => store.documents.change([change], revision, Date.now())));
    expect(results.sort()).toEqual([false, true]);
  });

  test('forgets values that a target record no longer carries', async () => {
    const scope = { client: 'c', entity: 'e', fields: 'name' };
    await store.links.addMatches(scope, [{ value: 'old', targetId: '1' }]);
    await store.links.dropMovedMatches(scope, [{ value: 'new', targetId: '1' }]);
    await store.links.addMatches(scope, [{ value: 'new', targetId: '1' }]);
    expect(await store.links.matches(scope, ['old', 'new'])).toEqual(new Map([['new', ['1']]]));
  });

  test('what several batches create and look up at the same time is told apart', async () => {
    const scope = { client: 'both', entity: 'asset', fields: 'key_field' };
    const other = { ...scope, fields: 'inventory_number' };
    await Promise.all([
      store.links.addMatches(scope, [
        { value: 'a', targetId: '1' },
        { value: 'a', targetId: '2' },
      ]),
      store.links.addMatches(scope, [{ value: 'a', targetId: '1' }]),
      store.links.addMatches(other, [{ value: 'a', targetId: '3' }]),
    ]);
    const found = await Promise.all([
      store.links.matches(scope, ['a', 'b']),
      store.links.matches(other, ['b', 'a']),
      store.links.matches({ ...scope, client: 'nobody' }, ['a']),
    ]);
    expect(found[0].get('a')?.toSorted()).toEqual(['1', '2']);
    expect(found.map((each) => [...each.keys()])).toEqual([['a'], ['a'], []]);
    expect(found[1].get('a')).toEqual(['3']);
  });

  test('gives a due tick to one of many', async () => {
    await store.schedules.write('ticking', '{"every":"1m"}', 1000);
    const row = (await store.schedules.all()).find((each) => each.incoming === 'ticking');
    if (!row) throw new Error('no schedule');
    const taken = await Promise.all([1, 2, 3].map(() => store.schedules.takeTick(row, 2000)));
    expect(taken.filter((each) => each === 'taken')).toHaveLength(2);
    expect(await store.runs.list({ incoming: 'ticking', limit: 5 })).toMatchObject([{ cause: 'schedule' }]);
  });

  test('a tick and its run come together or not at all, and during a run the tick is only passed over', async () => {
    await store.schedules.write('whole', '{"every":"1m"}', 1000);
    const rowOf = async () => (await store.schedules.all()).find((each) => each.incoming === 'whole');
    const stale = await rowOf();
    if (!stale) throw new Error('no schedule');
    expect(await store.schedules.takeTick(stale, 2000)).toHaveProperty('run');
    expect(await store.schedules.takeTick(stale, 3000)).toBe('taken');
    const row = await rowOf();
    if (!row) throw new Error('no schedule');
    expect(await store.schedules.takeTick(row, 3000)).toBe('busy');
    expect(await rowOf()).toMatchObject({ nextAt: 3000 });
  });

  test('ticks that are passed over say why, once, until one is taken', async () => {
    await store.schedules.write('skipped', '{"every":"1m"}', 1000);
    const rowOf = async () => (await store.schedules.all()).find((each) => each.incoming === 'skipped');
    const first = await rowOf();
    if (!first) throw new Error('no schedule');
    expect(await store.schedules.skipTick(first, 2000, 'because')).toBe(true);
    const second = await rowOf();
    if (!second) throw new Error('no schedule');
    expect(second).toMatchObject({ nextAt: 2000, skipReason: 'because' });
    expect(await store.schedules.skipTick(second, 3000, 'still')).toBe(false);
    const third = await rowOf();
    if (!third) throw new Error('no schedule');
    await store.schedules.takeTick(third, 4000);
    expect(await rowOf()).toMatchObject({ nextAt: 4000, skippedAt: null, skipReason: null });
  });

  test('lends no more places than there are, and shares them among those who want some', async () => {
    const wish = (holder: string, wanted: number, busy = 0) =>
      store.clients.lease('shared', '', { holder, limit: 4, wanted, busy });
    expect(await wish('a', 8)).toMatchObject({ granted: 4 });
    expect(await wish('b', 8)).toMatchObject({ granted: 0 });
    expect(await wish('a', 8, 1)).toMatchObject({ granted: 2 });
    expect(await wish('b', 8)).toMatchObject({ granted: 2 });
    expect(await wish('a', 1, 1)).toMatchObject({ granted: 1 });
    expect(await wish('b', 8, 2)).toMatchObject({ granted: 3 });
    expect(await wish('a', 0)).toMatchObject({ granted: 0 });
    expect(await wish('b', 8, 3)).toMatchObject({ granted: 4 });
  });

  test('places of a process that is gone come back', async () => {
    const wish = (holder: string) => store.clients.lease('lost', '', { holder, limit: 2, wanted: 2, busy: 0 });
    expect(await wish('dead')).toMatchObject({ granted: 2 });
    expect(await wish('alive')).toMatchObject({ granted: 0 });
    await database.query(`UPDATE call_slot SET until_at = 1 WHERE holder = 'dead'`);
    expect(await wish('alive')).toMatchObject({ granted: 2 });
  });

  test('where there are more processes than places, each has its turn', async () => {
    const holders = ['a', 'b', 'c'];
    const served = new Set<string>();
    // Whose turn it is changes every two seconds, by lot: one that never has it ends by the time limit of tests.
    while (served.size < holders.length) {
      for (const holder of holders) {
        const wish = { holder, limit: 1, wanted: 1, busy: 0 };
        const { granted } = await store.clients.lease('narrow', '', wish);
        if (granted > 0) served.add(holder);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(served).toEqual(new Set(holders));
  });

  test('counts a window a little longer than the system does, and tells what is used of it', async () => {
    await store.clients.take('told', [{ requests: 5, perMs: 1000 }], 3);
    await store.clients.take('told', [{ scope: 'long', requests: 5, perMs: 60_000 }]);
    const { rows } = await database.query(`SELECT per_ms FROM call_window WHERE client = 'told' ORDER BY per_ms`);
    expect(rows).toMatchObject([{ per_ms: 1200 }, { per_ms: 60_250 }]);
    expect((await store.clients.usage('told')).windows).toEqual([
      { scope: '', perMs: 1000, used: 3 },
      { scope: 'long', perMs: 60_000, used: 1 },
    ]);
  });

  test('of many that see a client fail, one opens the incident, and one ends it', async () => {
    const incident = { subject: 'client/x', state: 'broken', code: 'ERR_X', message: 'no', nextProbeAt: 5 } as const;
    const begun = await Promise.all([1, 2, 3].map(() => store.incidents.begin(incident)));
    expect(begun.filter(Boolean)).toHaveLength(1);
    const [open] = await store.incidents.open();
    if (!open) throw new Error('none is open');
    const probed = await Promise.all([1, 2].map(() => store.incidents.claimProbe(open, 9)));
    expect(probed.filter(Boolean)).toHaveLength(1);
    const ended = await Promise.all([1, 2, 3].map(() => store.incidents.end('client/x', 'over')));
    expect(ended.filter(Boolean)).toHaveLength(1);
    expect(await store.incidents.list({ subject: 'client/x', limit: 5 })).toMatchObject([{ note: 'over', probes: 1 }]);
  });

  test('keeps the last calls of each client, and no more', async () => {
    const call = (client: string, at: number) => ({ client, at, body: '{}' });
    await store.recentCalls.add(
      [1, 2, 3, 4].map((at) => call('busy', at)),
      3,
    );
    await store.recentCalls.add([call('busy', 5), call('calm', 1)], 3);
    expect((await store.recentCalls.list('busy')).map(({ at }) => at)).toEqual([5, 4, 3]);
    expect(await store.recentCalls.list('calm')).toHaveLength(1);
  });

  test('keeps history by count and by bytes, the newest first, and never what is open', async () => {
    for (let page = 0; page < 6; page += 1) {
      const payload = JSON.stringify({ noise: randomBytes(3000).toString('base64') });
      await makeTasks('many', [`k${page}`], { state: 'skipped', payload });
    }
    await makeTasks('many', ['open']);
    const kept = async () => (await store.tasks.list({ route: 'many', limit: 50 })).map((row) => row.key);
    await store.maintenance.prune({ ...KEEP_ALL, maxTasks: 4 });
    expect(await kept()).toEqual(['open', 'k5', 'k4', 'k3', 'k2']);
    await store.maintenance.prune({ ...KEEP_ALL, maxBytes: 10_000 });
    expect(await kept()).toEqual(['open', 'k5', 'k4']);
  });

  test('removes the records of a page with the last of its tasks', async () => {
    await makeTasks('paged', ['a', 'b'], { state: 'skipped' });
    await makeTasks('paged', ['open']);
    await database.query(`UPDATE page_body SET created_at = 0`);
    await store.maintenance.prune({ ...KEEP_ALL, maxTasks: 0 });
    const { rows } = await database.query<{ id: number }>('SELECT id FROM page_body');
    const used = await database.query<{ page: number }>('SELECT DISTINCT page FROM task WHERE page IS NOT NULL');
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(used.rows.map(({ page }) => page)));
    expect((await store.tasks.list({ route: 'paged', limit: 5 })).map((row) => row.key)).toEqual(['open']);
  });

  test('prunes what is at rest for long, and nothing else', async () => {
    await makeTasks('prune', ['open']);
    await makeTasks('prune', ['done'], { state: 'skipped' });
    await makeTasks('prune', ['failed'], { state: 'failed', error: '{}' });
    await database.query(`UPDATE task SET updated_at = 0 WHERE route = 'prune'`);
    await store.maintenance.prune({ ...KEEP_ALL, restMs: 1000, failedMs: Date.now() + 1000 });
    await store.maintenance.vacuum();
    expect((await store.tasks.list({ route: 'prune', limit: 10 })).map((row) => row.key)).toEqual(['failed', 'open']);
  });

  test('opens again on what is there', async () => {
    const again = await openStore(database, createSealer(KEY));
    expect(await again.documents.revision()).toBeGreaterThan(0);
  });
});
