import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { selfSigned } from '../../http/self-signed.ts';
import { describeEngines } from '../../support/engines.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import type { LabAnswer, LabExchange, LabMatch } from '../../support/lab/script.ts';
import { assertInvariants } from './invariants.ts';
import { CANARIES, type MatrixPlatform, openMatrixPlatform } from './platform.ts';
import { type FaultRow, IS_LONG, testRows } from './rows.ts';
import { eventually, pause, type RunAnswer, type Scenario, type ScenarioChanges, withScenario } from './scenario.ts';

type Row = FaultRow<MatrixPlatform>;
const WAVE = 'http';
const POST: LabMatch = { method: 'POST', path: '/items' };
const PAGE_2: LabMatch = { path: '/records', page: 2 };

/** Variants of a row that stands in the short form already. */
const LONG = new Set([
  ...[
    'r19-date',
    'r19-503',
    'r20-target-500',
    'r20-source-502',
    'r20-source-504',
    'r20-target-504',
    'r20-dns',
    'r20-tls',
  ],
  ...['r22-drip', 'r22-silent', 'r22-endless', 'r23-problem', 'r23-empty', 'r23-large', 'r23-charset'],
  ...['r24-loop', 'r24-private', 'r26-404', 'r26-422'],
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
  return { row: number, fault, wave: WAVE, isLong: LONG.has(name), run: scenario };
}

const LIMITS: readonly Row[] = [
  limited('429 with Retry-After in seconds', 'r19-seconds', 429, () => '4', 4000),
  limited('429 with Retry-After as a date', 'r19-date', 429, () => new Date(Date.now() + 4500).toUTCString(), 3400),
  limited('429 without Retry-After', 'r19-none', 429, () => undefined, 4900),
  limited('503 with Retry-After', 'r19-503', 503, () => '4', 4000),
  row(19, '429 with an absurd Retry-After', 'r19-absurd', async (scenario) => {
    scenario.lab.add(3);
    scenario.lab.scripts.answer(POST, told(429, '999999999'));
    await scenario.start();
    const hour = Date.now() + 3_700_000;
    await eventually('the client pauses for an hour at most', 20_000, async () => {
      const { items } = await scenario.platform.request<{ items: ClientState[] }>('GET', '/clients');
      const until = items.find(({ identifier }) => identifier === `${scenario.name}-target`)?.state?.pausedUntil;
      return until !== undefined && until !== null && Date.parse(until) < hour;
    });
    expect(new Set((await scenario.tasks()).map(({ state }) => state))).not.toContain('failed');
  }),
];

interface ClientState {
  readonly identifier: string;
  readonly state?: { readonly pausedUntil?: string | null };
}

function told(status: number, retryAfter: string | undefined): LabAnswer {
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  return { status, headers, body: { message: 'slow down' } };
}

/** The whole client is silent as long as it was told, and no attempt is used up. */
function limited(fault: string, name: string, status: number, after: () => string | undefined, silentMs: number): Row {
  return row(19, fault, name, async (scenario) => {
    const { lab } = scenario;
    lab.add(30);
    let toldAt = 0;
    lab.scripts.on({ ...POST, times: 1 }, ({ send }) => {
      toldAt = Date.now();
      send(told(status, after()));
    });
    await scenario.sync();
    // Calls that were on their way when it was told do not count.
    const early = lab.requests.filter(
      ({ path, at }) => path === '/items' && at > toldAt + 1000 && at < toldAt + silentMs,
    );
    expect(early.map(({ at }) => at - toldAt)).toEqual([]);
    for (const task of await scenario.tasks()) expect(task.attempts).toBe(1);
    await assertInvariants(scenario);
  });
}

/** The first reading fails with this code; when the fault is over, everything arrives. */
async function failsThenRecovers(scenario: Scenario, error: object, heal: () => Promise<void> | void): Promise<void> {
  const first = await scenario.sync();
  expect(first).toMatchObject({ status: 'failed', error });
  await heal();
  await assertInvariants(scenario);
}

const STATUSES: readonly Row[] = [500, 502, 504].flatMap((status): Row[] => [
  row(20, `${status} from the source`, `r20-source-${status}`, async (scenario) => {
    scenario.lab.add(120);
    const script = scenario.lab.scripts.answer(PAGE_2, { status, body: 'gateway trouble' });
    await failsThenRecovers(scenario, { code: 'ERR_HTTP_STATUS', class: 'system' }, () => {
      expect(script.struck).toBe(2);
      script.remove();
    });
  }),
  row(20, `${status} from the target, nothing stored`, `r20-target-${status}`, async (scenario) => {
    scenario.lab.add(30);
    scenario.lab.scripts.answer({ ...POST, times: 2 }, { status, body: 'gateway trouble' });
    await scenario.sync();
    await assertInvariants(scenario);
  }),
]);

const UNREACHABLE: readonly Row[] = [
  row(20, 'connection refused', 'r20-refused', async (scenario) => {
    scenario.lab.add(5);
    const proxy = await startFaultProxy(scenario.lab.url);
    try {
      proxy.set({ kind: 'refuse' });
      await pointSourceAt(scenario, proxy.through(scenario.lab.url));
      await failsThenRecovers(scenario, { class: 'network' }, () => {
        proxy.set({ kind: 'open' });
      });
    } finally {
      await proxy.close();
    }
  }),
  row(20, 'host name that does not resolve', 'r20-dns', async (scenario) => {
    scenario.lab.add(5);
    await pointSourceAt(scenario, 'http://lab.invalid');
    await failsThenRecovers(scenario, { code: 'ERR_HOST_NOT_FOUND', class: 'network' }, () =>
      pointSourceAt(scenario, scenario.lab.url),
    );
  }),
  row(20, 'TLS certificate that expired', 'r20-tls', async (scenario) => {
    scenario.lab.add(5);
    const day = 86_400_000;
    const server = createTlsServer(selfSigned(new Date(Date.now() - 9 * day), new Date(Date.now() - day)));
    const port = await listen(server);
    await pointSourceAt(scenario, `https://127.0.0.1:${port}`);
    await failsThenRecovers(scenario, { code: 'ERR_TLS' }, () => pointSourceAt(scenario, scenario.lab.url));
    server.close();
  }),
];

async function pointSourceAt(scenario: Scenario, baseUri: string): Promise<void> {
  const [source] = scenario.documents() as { spec: { parameters: object } }[];
  if (!source) return;
  const parameters = { ...source.spec.parameters, baseUri };
  await scenario.apply([{ ...source, spec: { ...source.spec, parameters } }]);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const SHORT_TIMES = {
  client: { timeouts: { headers: '3s', idle: '2s', total: '6s' }, retry: { attempts: 1 }, maxBodyBytes: 1_000_000 },
};

const LOST_ANSWERS: readonly Row[] = [
  row(
    21,
    'timeout after the target committed, with a match rule',
    'r21-match',
    async (scenario) => {
      scenario.lab.add(30);
      const held = scenario.lab.scripts.hold(POST, 'after');
      const run = await scenario.start();
      await held.reached;
      await pause(4000);
      held.release();
      await scenario.end(run);
      await assertInvariants(scenario);
    },
    SHORT_TIMES,
  ),
  row(
    21,
    'timeout after the target committed, without a match rule',
    'r21-hold',
    async (scenario) => {
      scenario.lab.add(3);
      const held = scenario.lab.scripts.hold(POST, 'after');
      const run = await scenario.start();
      const { request } = await held.reached;
      await pause(4000);
      held.release();
      expect((await scenario.end(run)).tasks).toMatchObject({ waiting: 1, finished: 2 });
      const [{ key_field: key }] = JSON.parse(request.body) as [{ key_field: string }];
      await assertInvariants(scenario, { waiting: [key.slice(2)] });
    },
    { ...SHORT_TIMES, publisher: { match: [] } },
  ),
];

const SOCKETS: readonly Row[] = [
  row(
    22,
    'half-open socket',
    'r22-half-open',
    throughProxy({ code: 'ERR_TIMEOUT_HEADERS' }, { kind: 'freeze' }),
    SHORT_TIMES,
  ),
  row(
    22,
    'slow drip',
    'r22-drip',
    throughProxy({ code: 'ERR_TIMEOUT_TOTAL' }, { kind: 'drip', bytes: 60, everyMs: 100 }),
    SHORT_TIMES,
  ),
  row(
    22,
    'reset in the middle of the body',
    'r22-reset',
    throughProxy({ class: 'network' }, { kind: 'reset', afterBytes: 4000 }),
    {
      client: { retry: { attempts: 1 } },
    },
  ),
  row(
    22,
    'body that falls silent',
    'r22-silent',
    onPage2({ code: 'ERR_TIMEOUT_IDLE' }, ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"rows":[');
    }),
    SHORT_TIMES,
  ),
  row(22, 'body that never ends', 'r22-endless', onPage2({ code: 'ERR_BODY_TOO_LARGE' }, endless), SHORT_TIMES),
];

function throughProxy(
  error: object,
  mode: Parameters<Awaited<ReturnType<typeof startFaultProxy>>['set']>[0],
): (scenario: Scenario) => Promise<void> {
  return async (scenario) => {
    scenario.lab.add(200);
    const proxy = await startFaultProxy(scenario.lab.url);
    try {
      proxy.set(mode);
      await pointSourceAt(scenario, proxy.through(scenario.lab.url));
      await failsThenRecovers(scenario, error, () => {
        proxy.cut();
        proxy.set({ kind: 'open' });
      });
    } finally {
      await proxy.close();
    }
  };
}

function onPage2(error: object, act: (exchange: LabExchange) => void): (scenario: Scenario) => Promise<void> {
  return async (scenario) => {
    scenario.lab.add(120);
    const script = scenario.lab.scripts.on(PAGE_2, act);
    await failsThenRecovers(scenario, error, () => {
      script.remove();
    });
  };
}

function endless({ response }: LabExchange): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const piece = `{"filler":"${'x'.repeat(65_000)}"},`;
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', more);
  };
  response.write('{"rows":[');
  more();
}

const answers =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  ({ send }: LabExchange): void => {
    send({ status, body, headers });
  };

const BODIES: readonly Row[] = [
  row(
    23,
    'JSON that is cut off',
    'r23-cut',
    onPage2({ code: 'ERR_JSON_INVALID', class: 'network' }, answers(200, '{"rows":[{"id":1')),
  ),
  row(
    23,
    'HTML with status 200',
    'r23-html',
    onPage2(
      { code: 'ERR_NOT_JSON' },
      answers(200, '<html><title>Sign in</title></html>', { 'content-type': 'text/html' }),
    ),
  ),
  row(
    23,
    'error in a 200',
    'r23-problem',
    onPage2({ class: 'data' }, answers(200, { problem: 1, message: 'no, sorry' })),
  ),
  row(23, 'empty 200', 'r23-empty', onPage2({ code: expect.stringMatching(/^ERR_/) }, answers(200, ''))),
  row(23, 'gzip bomb', 'r23-gzip', onPage2({ code: 'ERR_BODY_TOO_LARGE' }, gzipBomb), SHORT_TIMES),
  row(23, 'body of 200 MB', 'r23-large', onPage2({ code: 'ERR_BODY_TOO_LARGE' }, endless), {
    client: { maxBodyBytes: 5_000_000 },
  }),
  row(23, 'wrong charset', 'r23-charset', async (scenario) => {
    scenario.lab.write(1, { name: 'Käthe' });
    scenario.lab.scripts.on({ path: '/records', times: 1 }, ({ commit, send }) => {
      const { body } = commit();
      const headers = { 'content-type': 'application/json; charset=iso-8859-1' };
      send({ status: 200, headers, body: Buffer.from(JSON.stringify(body), 'latin1') });
    });
    await scenario.sync();
    // Whether it is read as told or refused, a later reading has it right.
    await assertInvariants(scenario);
    expect(scenario.lab.items).toMatchObject([{ name: 'Käthe' }]);
  }),
];

const BOMB = gzipSync(Buffer.alloc(20_000_000, 32));

function gzipBomb({ response }: LabExchange): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(BOMB);
}

const REDIRECTS: readonly Row[] = [
  redirected('redirect to itself', 'r24-loop', () => '/records?page=2'),
  redirected('redirect to another host', 'r24-host', (stranger) => `${stranger}/records`),
  redirected('redirect to the metadata address', 'r24-private', () => 'http://169.254.169.254/latest/meta-data'),
];

/** Nothing is followed, so no credential leaves for another place. */
function redirected(fault: string, name: string, to: (stranger: string) => string): Row {
  return row(24, fault, name, async (scenario) => {
    const seen: string[] = [];
    const stranger = createServer((request, response) => {
      seen.push(JSON.stringify(request.headers));
      response.end('{}');
    });
    const location = to(`http://127.0.0.1:${await listen(stranger)}`);
    try {
      const act = answers(302, '', { location });
      await onPage2({ code: 'ERR_REDIRECTED' }, act)(scenario);
      expect(seen).toEqual([]);
    } finally {
      stranger.close();
    }
  });
}

const REFUSALS: readonly Row[] = [
  row(25, 'whole batch refused because of its third record', 'r25-split', async (scenario) => {
    const { lab } = scenario;
    lab.add(10);
    lab.refused.add('K-3');
    const run = (await scenario.sync()) satisfies RunAnswer;
    expect(run.tasks).toMatchObject({ finished: 9, failed: 1 });
    await assertInvariants(scenario, { failed: [3] });
    expect(lab.writes.filter(({ isNew }) => isNew)).toHaveLength(9);
  }),
  ...[404, 409, 422].map((status) =>
    row(26, `${status} for one record`, `r26-${status}`, async (scenario) => {
      const { lab } = scenario;
      lab.add(5);
      const body = { message: 'this value is not allowed' };
      const script = lab.scripts.answer({ ...POST, contains: '"K-2"' }, { status, body });
      const { tasks } = await scenario.sync();
      expect(tasks).toMatchObject({ finished: 4, failed: 1 });
      const [failed] = await scenario.tasks('&state=failed');
      expect(failed).toMatchObject({
        key: '2',
        attempts: 1,
        error: { message: expect.stringContaining(String(status)) },
      });
      const calls = script.struck;
      await assertInvariants(scenario, { failed: [2] });
      expect(script.struck).toBe(calls);
    }),
  ),
];

/** Of so many records: in the long form, as many as a service desk has tickets. */
const MANY = IS_LONG ? 10_000 : 300;
/** One call in so many is told to wait. Each of these answers is a second of silence: of 10,000 calls, every eleventh would be a quarter of an hour. */
const LIMITED_EVERY = IS_LONG ? 97 : 11;

const MIXED: readonly Row[] = [
  row(
    20,
    `429 and 500 among the answers to ${MANY} records, some after the deed`,
    'r20-mixed',
    async (scenario) => {
      const { lab } = scenario;
      lab.add(MANY);
      let calls = 0;
      lab.scripts.on({ path: '/items' }, ({ commit, send }) => {
        calls += 1;
        if (calls % LIMITED_EVERY === 4) {
          send(told(429, '1'));
        } else if (calls % 7 === 2) {
          if (calls % 2 === 0) commit();
          send({ status: 500, body: 'trouble' });
        } else {
          send(commit());
        }
      });
      lab.scripts.on({ path: '/records', page: 3, times: 1 }, ({ send }) => {
        send(told(429, '1'));
      });
      expect(await scenario.end(await scenario.start(), IS_LONG ? 600_000 : 120_000)).toMatchObject({
        status: 'succeeded',
        new: MANY,
      });
      lab.scripts.clear();
      await assertInvariants(scenario);
    },
    { route: { retry: { attempts: 20, delay: '100ms', maxDelay: '1s' } } },
  ),
];

const EVENTS = 240;
const PER_SECOND = 20;
const AWAY_MS = 4000;

const HOOKS: readonly Row[] = [
  row(
    38,
    `target away for ${AWAY_MS / 1000} s while ${PER_SECOND} events a second come in`,
    'r38-away',
    async (scenario) => {
      const { lab, name, platform } = scenario;
      const api = [...platform.running].find(({ url }) => url !== '')?.url ?? '';
      const answers: Promise<string>[] = [];
      const startedAt = Date.now();
      lab.scripts.on({ path: '/items' }, ({ response, send, commit }) => {
        const since = Date.now() - startedAt;
        if (since > AWAY_MS && since < 2 * AWAY_MS) response.destroy();
        else send(commit());
      });
      for (let sent = 1; sent <= EVENTS; sent += 1) {
        await pause(Math.max(0, startedAt + (sent * 1000) / PER_SECOND - Date.now()));
        lab.write(sent);
        const answer = fetch(`${api}/hooks/${name}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-secret': CANARIES.key },
          body: JSON.stringify(lab.rows.get(sent)),
        });
        answers.push(answer.then(async (reply) => (reply.ok ? '' : `${reply.status} ${await reply.text()}`)));
      }
      // The target is no reason to refuse an event.
      expect((await Promise.all(answers)).filter((refusal) => refusal !== '')).toEqual([]);
      await assertInvariants(scenario, { hasProbe: false });
    },
    {
      incoming: { webhook: { verify: { type: 'secret', header: 'x-secret', secret: CANARIES.key } } },
      route: { retry: {} },
    },
  ),
];

describeEngines('fault matrix: target and source over HTTP', ['postgres and redis'], () => {
  let platform: MatrixPlatform;

  beforeAll(async () => {
    platform = await openMatrixPlatform('postgres and redis');
    await platform.start('all');
    // Readings that hang hold places; another process brings more of them.
    await platform.start('worker');
  });
  afterAll(() => platform.close());

  testRows(
    () => platform,
    [
      ...[...LIMITS, ...STATUSES, ...UNREACHABLE, ...LOST_ANSWERS, ...SOCKETS, ...BODIES, ...REDIRECTS, ...REFUSALS],
      ...[...MIXED, ...HOOKS],
    ],
  );
});
