import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { beforeAll, expect, test } from '@jest/globals';
import { tellNews, type TellDeps } from '../../src/engine/notifications/tell.ts';
import { answerJson, readBody, withServer } from '../http/with-server.ts';
import { until } from '../support/with-platform.ts';
import { CANARY, haloClient, ticketsIncoming, withApp } from './with-app.ts';

const app = withApp({
  variables: () => ({ CHAT_PATH: `services/${CANARY}`, SLUICE_PUBLIC_URL: 'https://sluice.example' }),
});
const API = '/api/v1';
const HOUR = 3_600_000;

interface Told {
  readonly headers: IncomingMessage['headers'];
  readonly url: string | undefined;
  readonly body: { readonly title: string; readonly text: string; readonly count: number; readonly isTest: boolean };
}

/** A receiver that keeps what it is told, and refuses while `isRefusing`. */
function receiver() {
  const told: Told[] = [];
  const state = { isRefusing: false, told };
  const handler: RequestListener = (request, response: ServerResponse) => {
    void readBody(request).then((body) => {
      if (state.isRefusing) {
        answerJson(response, 503, { error: 'not now' });
        return;
      }
      told.push({ headers: request.headers, url: request.url, body: JSON.parse(body) as Told['body'] });
      answerJson(response, 200, { ok: true });
    });
  };
  return { state, handler };
}

function notification(identifier: string, url: string, rest: object = {}, channel: object = {}): object {
  const events = ['run-failed', 'new-error', 'tasks-failed', 'incident-opened', 'incident-closed', 'route-silent'];
  return {
    kind: 'notification',
    identifier,
    spec: { events, digest: '0s', ...rest, channel: { type: 'webhook', url, ...channel } },
  };
}

/** One look for news; at another time where that is given. */
function tell(now: () => number = Date.now): Promise<void> {
  const { platform } = app;
  const deps: TellDeps = { ...platform.news, configuration: platform.configuration, now };
  return tellNews(deps, new AbortController().signal);
}

/** Looks again and again, as workers do, until something holds. */
async function tellUntil(holds: () => boolean | Promise<boolean>, now?: () => number): Promise<void> {
  await until(async () => {
    await tell(now);
    return holds();
  });
}

/** The platform looks by itself, too: meanwhile it does not. */
async function whileNobodyTells(id: string, work: () => Promise<void>): Promise<void> {
  const { store } = app.platform.news;
  let sinceAt: number | undefined;
  await until(async () => {
    sinceAt = (await store.hold(id, HOUR))?.sinceAt;
    return sinceAt !== undefined;
  });
  await work();
  await store.release(id, sinceAt ?? 0);
}

async function messagesOf(id: string): Promise<Record<string, unknown>[]> {
  return (await app.get(`${API}/notifications/${id}/messages`)).body['items'] as Record<string, unknown>[];
}

/** A run that fails, as reading does that cannot sign in. */
async function failRun(incoming: string, message: string): Promise<number> {
  const { runs } = app.platform.store;
  const run = await runs.get(await app.startHeld(incoming, 'tester'));
  if (!run) throw new Error('there is no run');
  const error = JSON.stringify({ code: 'ERR_TEST', class: 'system', message });
  await runs.finish(run, 'tester', { status: 'failed', error });
  return run.id;
}

async function remove(...ids: readonly string[]): Promise<void> {
  for (const id of ids) await app.send('DELETE', `${API}/documents/notification/${id}`);
}

beforeAll(() => app.platform.store.workers.register('tester', 'worker', HOUR));

test('a failed run is told once, with a link, in the body that the document asks for', async () => {
  const { state, handler } = receiver();
  await withServer(handler, async (url) => {
    await app.apply(haloClient(app), ticketsIncoming());
    const body = { title: '&{title}', text: '&{text}', count: '&{count}', from: '&{notification}' };
    const channel = { body, headers: { 'x-team': 'integration' }, authorization: 'Bearer chat-token-9f' };
    await app.apply(notification('chat', `${url}/\${CHAT_PATH}?sig=abcdef123`, {}, channel));
    await tell();
    const run = await failRun('tickets', 'The source said no');
    await tellUntil(() => state.told.length > 0);
    await tell();
    expect(state.told).toHaveLength(1);
    expect(state.told[0]).toMatchObject({
      url: `/services/${CANARY}?sig=abcdef123`,
      headers: { 'x-team': 'integration', authorization: 'Bearer chat-token-9f' },
      body: { title: 'Sluice: A run of "tickets" failed', count: 1, from: 'chat' },
    });
    expect(state.told[0]?.body.text).toContain(`The source said no https://sluice.example/runs/${run}`);
    expect(await messagesOf('chat')).toMatchObject([{ status: 'sent', count: 1, httpStatus: 200, error: null }]);
  });
  await remove('chat');
});

test('address and sign-in go in and never come out, and an update without them keeps them', async () => {
  const secret = `https://chat.example/hooks/${CANARY}`;
  await app.apply(notification('quiet', secret, {}, { authorization: `Bearer ${CANARY}` }));
  const path = `${API}/documents/notification/quiet`;
  const { body: shown } = await app.get(path);
  expect(shown['spec']).toMatchObject({ channel: { type: 'webhook' } });
  expect(JSON.stringify(shown)).not.toContain('chat.example/hooks');
  const put = await app.send('PUT', path, { ...shown, name: 'Quiet' });
  expect(put.status).toBe(200);
  const { notifications } = await app.platform.configuration.current();
  expect(notifications.get('quiet')?.host).toBe('chat.example');
  const kept = await app.platform.store.documents.get('notification', 'quiet');
  expect(kept?.body).not.toContain(CANARY);
  await app.get(`${API}/audit?limit=100`);
  await app.get(`${API}/documents/notification/quiet/versions`);
  await remove('quiet');
});

test('what happens while the receiver is away is told later, together, by one message', async () => {
  const { state, handler } = receiver();
  await withServer(handler, async (url) => {
    await app.apply(notification('storm', url));
    await tell();
    state.isRefusing = true;
    await whileNobodyTells('storm', async () => {
      for (let run = 0; run < 30; run += 1) await failRun('tickets', `Failure ${run}`);
    });
    await tellUntil(async () => (await messagesOf('storm')).length > 0);
    expect(state.told).toEqual([]);
    expect(await messagesOf('storm')).toMatchObject([{ status: 'failed', count: 30, httpStatus: 503 }]);
    const { body } = await app.get(`${API}/notifications`);
    expect(body['items']).toMatchObject([
      { identifier: 'storm', state: { waiting: 30, failedTries: 1, sentAt: null } },
    ]);
    state.isRefusing = false;
    await tell();
    expect(state.told).toEqual([]);
    await tellUntil(
      () => state.told.length > 0,
      () => Date.now() + HOUR,
    );
    expect(state.told).toHaveLength(1);
    expect(state.told[0]?.body).toMatchObject({ count: 30, title: expect.stringContaining('30 times') });
    expect(state.told[0]?.body.text).toContain('and 10 more');
  });
  await remove('storm');
});

test('within the time of a digest there is one message', async () => {
  const { state, handler } = receiver();
  await withServer(handler, async (url) => {
    await app.apply(notification('hourly', url, { digest: '1h' }));
    await tell();
    await failRun('tickets', 'The first');
    await tellUntil(() => state.told.length === 1);
    await failRun('tickets', 'The second');
    await failRun('tickets', 'The third');
    await tell();
    expect(state.told).toHaveLength(1);
    await tellUntil(
      () => state.told.length === 2,
      () => Date.now() + HOUR + 1,
    );
    expect(state.told[1]?.body.count).toBe(2);
  });
  await remove('hourly');
});

test('a filter lets through what concerns a client, an incoming or a route of its own', async () => {
  const { state, handler } = receiver();
  await withServer(handler, async (url) => {
    await app.apply(haloClient(app, 'other'));
    await app.apply(
      notification('of-halo', `${url}/halo`, { only: { clients: ['halo'] } }),
      notification('of-other', `${url}/other`, { only: { clients: ['other'] } }),
    );
    await tell();
    await failRun('tickets', 'Only for those who care');
    const { incidents } = app.platform.store;
    const broken = { subject: 'client/other', state: 'broken', code: 'ERR_AUTH', message: 'Wrong secret' } as const;
    await incidents.begin({ ...broken, nextProbeAt: Date.now() + HOUR });
    await tellUntil(() => state.told.length === 2);
    const [open] = await incidents.open();
    if (open) await incidents.claimProbe(open, Date.now());
    // The probe of the client finds that it works, sooner or later.
    await tellUntil(() => state.told.length === 3);
    expect(state.told.map(({ url: at, body }) => `${at ?? ''} ${body.title}`).sort()).toEqual([
      '/halo Sluice: A run of "tickets" failed',
      '/other Sluice: The client "other" cannot be used',
      '/other Sluice: The client "other" works again',
    ]);
  });
  await remove('of-halo', 'of-other');
});

test('a route that nothing is read for is told as silent, and again where that is asked for', async () => {
  const { state, handler } = receiver();
  const outgoing = { kind: 'outgoing', identifier: 'nowhere', spec: { publisher: { type: 'none' } } };
  const route = { kind: 'route', identifier: 'still', spec: { incoming: 'tickets', outgoing: 'nowhere' } };
  await withServer(handler, async (url) => {
    await app.apply(outgoing, route);
    await app.apply(notification('silence', url, { events: ['route-silent'], silentFor: '1h', repeat: '2h' }));
    await tell();
    expect(state.told).toEqual([]);
    await tellUntil(
      () => state.told.length === 1,
      () => Date.now() + 1.1 * HOUR,
    );
    expect(state.told[0]?.body.title).toBe('Sluice: The route "still" is silent');
    await tell(() => Date.now() + 2 * HOUR);
    expect(state.told).toHaveLength(1);
    await tellUntil(
      () => state.told.length === 2,
      () => Date.now() + 3.2 * HOUR,
    );
    expect(state.told[1]?.body.title).toBe('Sluice: Still: The route "still" is silent');
  });
  await remove('silence');
});

test('records that fail by a new cause, and many in a short time, are told', async () => {
  const { state, handler } = receiver();
  await withServer(handler, async (url) => {
    const failing = {
      kind: 'route',
      identifier: 'failing',
      spec: {
        incoming: 'tickets',
        outgoing: 'nowhere',
        transformers: [{ type: 'fail', message: 'No site for &{id}' }],
      },
    };
    await app.apply(failing, notification('records', url, { events: ['new-error', 'tasks-failed'] }));
    await tell();
    await app.post(`${API}/incomings/tickets/runs`, { mode: 'full' });
    await tellUntil(() => {
      const all = state.told.map(({ body }) => body.text).join('\n');
      return all.includes('records of the route "failing" failed') && all.includes('new cause (route "failing")');
    });
  });
  await remove('records');
  await app.send('DELETE', `${API}/documents/route/failing`);
});

test('a test is sent at once, noted and audited; its failure names the host and not the secret address', async () => {
  const { state, handler } = receiver();
  await withServer(handler, async (url) => {
    await app.apply(notification('tested', `${url}/\${CHAT_PATH}`));
    const sent = await app.post(`${API}/notifications/tested/test`, {});
    expect(sent).toMatchObject({ status: 200, body: { ok: true, httpStatus: 200 } });
    expect(state.told[0]?.body).toMatchObject({ isTest: true, count: 1 });
    state.isRefusing = true;
    const refused = await app.post(`${API}/notifications/tested/test`, {});
    expect(refused.body).toMatchObject({ ok: false, error: expect.stringContaining('answered 503') });
  });
  const gone = await app.post(`${API}/notifications/tested/test`, {});
  expect(gone.body).toMatchObject({ ok: false, httpStatus: null, error: expect.stringContaining('ERR_') });
  expect((await messagesOf('tested')).map(({ status }) => status)).toEqual(['test-failed', 'test-failed', 'test']);
  const trail = await app.get(`${API}/audit?action=notification.test`);
  expect(trail.body['items']).toHaveLength(3);
  await remove('tested');
});

test('it calls no private address that is not allowed, and follows no redirect', async () => {
  await app.apply(notification('inside', 'http://[::ffff:10.0.0.1]/latest'));
  const inside = await app.post(`${API}/notifications/inside/test`, {});
  expect(inside.body).toMatchObject({ ok: false, error: expect.stringContaining('ERR_ADDRESS_BLOCKED') });
  await withServer(
    (_request, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    async (url) => {
      await app.apply(notification('away', url));
      const away = await app.post(`${API}/notifications/away/test`, {});
      expect(away.body).toMatchObject({ ok: false, error: expect.stringContaining('ERR_REDIRECTED') });
    },
  );
  await remove('inside', 'away');
});

test('a body is shown before it is saved; what cannot be made is said with its place', async () => {
  const document = notification('draft', 'https://chat.example/x', {}, { body: { text: '&{title}' } });
  const shown = await app.post(`${API}/notifications/preview`, { document });
  expect(shown.body).toMatchObject({ host: 'chat.example', body: { text: 'Sluice: Test of a notification' } });
  const secret = notification('draft', 'https://chat.example/x', {}, { body: { key: '${HALO_SECRET}' } });
  expect((await app.post(`${API}/notifications/preview`, { document: secret })).body['body']).toEqual({
    key: '${HALO_SECRET}',
  });
  const wrong = notification('draft', 'https://chat.example/x', {}, { body: { text: '&{titel}' } });
  const refused = await app.post(`${API}/notifications/preview`, { document: wrong });
  expect(refused).toMatchObject({ status: 400, body: { code: 'ERR_DOCUMENTS_INVALID' } });
  expect(refused.text).toContain('did you mean \\"title\\"');
});

test.each([
  ['an address that is none', notification('bad', 'chat.example'), 'spec.channel.url'],
  ['an unknown event', notification('bad', 'https://a.example', { events: ['lunch'] }), 'spec.events'],
  [
    'a route that is not there',
    notification('bad', 'https://a.example', { only: { routes: ['x'] } }),
    'spec.only.routes',
  ],
  [
    'a header with a line break',
    notification('bad', 'https://a.example', {}, { headers: { a: 'b\r\nc: d' } }),
    'headers',
  ],
])('%s is refused with its place', async (_what, document, place) => {
  const { status, text } = await app.post(`${API}/documents/apply`, { documents: [{ source: 'x', document }] });
  expect({ status, hasPlace: text.includes(place) }).toEqual({ status: 400, hasPlace: true });
});

test('what happened before it was made, or while it was switched off, is not told', async () => {
  const { state, handler } = receiver();
  await withServer(handler, async (url) => {
    await failRun('tickets', 'Before');
    await app.apply(notification('later', url, { events: ['run-failed'] }));
    await tell();
    await app.apply({ ...notification('later', url, { events: ['run-failed'] }), disabled: true });
    await failRun('tickets', 'While it was off');
    await tell();
    await app.apply(notification('later', url, { events: ['run-failed'] }));
    await tell();
    await failRun('tickets', 'After');
    await tellUntil(() => state.told.length > 0);
    expect(state.told.map(({ body }) => body.text)).toEqual([expect.stringContaining('After')]);
  });
  await remove('later');
});

test('a disk that is nearly full concerns everybody, and so does that it is over', async () => {
  const { state, handler } = receiver();
  const subject = 'disk/of-a-test';
  await withServer(handler, async (url) => {
    const rest = { events: ['disk-low', 'incident-closed'], only: { clients: ['halo'] } };
    await app.apply(notification('space', url, rest));
    await tell();
    const incident = { subject, state: 'low-disk' as const, code: 'ERR_DISK_LOW', message: 'Five bytes are left' };
    await app.platform.store.incidents.begin({ ...incident, nextProbeAt: Date.now() + HOUR });
    await tellUntil(() => state.told.length === 1);
    expect(state.told[0]?.body.title).toBe('Sluice: The disk is nearly full');
    await app.platform.store.incidents.end(subject, 'Somebody made room');
    await tellUntil(() => state.told.length === 2);
    expect(state.told[1]?.body.title).toBe('Sluice: There is space on the disk again');
  });
  await remove('space');
});
