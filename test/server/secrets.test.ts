import { beforeAll, describe, expect, test } from '@jest/globals';
import { CANARY, haloClient, type Reply, ticketsIncoming, withApp } from './with-app.ts';

const app = withApp();
const API = '/api/v1';
const SCRIPT = '<script>alert(1)</script><img src=x onerror="alert(2)">';
/** What must be in no answer besides the one that makes it; `withApp` looks for the canary in every answer and log. */
const made: string[] = [];

const hook = {
  kind: 'incoming',
  identifier: 'hooked',
  spec: {
    subscriber: { type: 'webhook', key: ['id'] },
    webhook: { verify: { type: 'hmac', header: 'x-signature', secret: `${CANARY}-of-the-hook` } },
  },
};

/** Addresses that name what is there, for each route that reads. */
function addressOf(url: string): string {
  const names: Readonly<Record<string, string>> = {
    ...{ ':kind': 'client', ':identifier': 'halo', ':version': '1', ':user': 'ada', ':incoming': 'hooked' },
  };
  const id = url.includes('/clients/') ? 'halo' : url.includes('/incomings/') ? 'hooked' : '1';
  return url.replaceAll(/:\w+/g, (name) => (name === ':id' ? id : (names[name] ?? 'none')));
}

function readingRoutes(): string[] {
  return app.app.routeTable.filter(({ method }) => method === 'GET').map(({ url }) => addressOf(url));
}

beforeAll(async () => {
  await app.apply(haloClient(app), ticketsIncoming(), hook);
  await app.apply(haloClient(app, 'halo', { clientSecret: `${CANARY}-changed` }), haloClient(app, 'wrong'));
  await app.send(
    'PUT',
    `${API}/documents/client/halo/draft`,
    haloClient(app, 'halo', { clientSecret: `${CANARY}-draft` }),
  );
  await app.send('POST', `${API}/clients/wrong/test`);
  await app.send('POST', `${API}/users`, { name: 'ada', role: 'administrator', password: `${CANARY}-password` });
  const signedIn = await app.send(
    'POST',
    `${API}/sign-in`,
    { name: 'ada', password: `${CANARY}-password` },
    { token: '' },
  );
  made.push(/sluice=([^;]+)/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1] ?? '');
  await app.send('POST', `${API}/sign-in`, { name: `${CANARY}-in-the-wrong-field`, password: 'x' }, { token: '' });
  const token = await app.post(`${API}/tokens`, { name: 'program', role: 'viewer' });
  made.push(String(token.body['token']));
});

describe('what is secret', () => {
  test('is in no answer of a route that reads, as an administrator', async () => {
    expect(made.every((each) => each.length > 40)).toBe(true);
    const statuses: number[] = [];
    for (const address of readingRoutes()) {
      const reply = await app.get(address);
      for (const secret of made) expect(reply.text).not.toContain(secret);
      statuses.push(reply.status);
    }
    // Most of them have something to tell.
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(statuses.length / 2);
  });

  test('is in no table as it is', async () => {
    const { documents, versions, audit, users } = app.platform.store;
    const stored = JSON.stringify([
      await documents.all(),
      await versions.list('client', 'halo', undefined, 10),
      await audit.list({ limit: 500 }),
      await users.list('', 10),
    ]);
    expect(stored).toContain('$sealed');
    for (const secret of [CANARY, ...made]) expect(stored).not.toContain(secret);
  });
});

describe('text that looks like a page', () => {
  const texts: readonly { address: string; document: object }[] = [
    {
      address: 'storage/shown',
      document: { kind: 'storage', identifier: 'shown', name: SCRIPT, description: SCRIPT, spec: {} },
    },
    {
      address: 'value-map/shown',
      document: { kind: 'value-map', identifier: 'shown', name: SCRIPT, spec: { rows: [[SCRIPT, SCRIPT]] } },
    },
  ];

  test('comes back as data that no browser runs, wherever it is shown', async () => {
    for (const { address, document } of texts) {
      const headers = { 'x-reason': SCRIPT };
      expect((await app.send('PUT', `${API}/documents/${address}`, document, { headers })).status).toBe(201);
    }
    await app.send('PUT', `${API}/storages/shown/entries/${encodeURIComponent(SCRIPT)}`, { value: SCRIPT });
    await app.post(`${API}/tokens`, { name: SCRIPT, role: 'viewer' });
    const replies: Reply[] = [];
    for (const address of [...readingRoutes(), `${API}/storages/shown/entries`, `${API}/value-maps/shown`]) {
      replies.push(await app.get(address));
    }
    const shown = replies.filter(({ text }) => text.includes('<script>'));
    expect(shown.length).toBeGreaterThan(4);
    for (const { headers } of shown) {
      expect(headers.get('content-type')).toMatch(/^(application\/json|text\/event-stream|text\/plain)/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });
});

describe('an address that leads elsewhere', () => {
  test.each(['..%2f..%2fsluice.key', '%2e%2e%2f%2e%2e%2fetc%2fpasswd', '..%5c..%5csluice.key', '%00', '/etc/passwd'])(
    'finds nothing at %s',
    async (name) => {
      for (const place of ['connectors', 'documents/client', 'storages/shown/entries', 'users']) {
        const reply = await app.get(`${API}/${place}/${name}`);
        expect([400, 404]).toContain(reply.status);
        expect(reply.text).not.toMatch(/root:|[0-9a-f]{64}/);
      }
    },
  );
});

describe('keys that nobody has to say', () => {
  test.each([
    ['POST', 'users', { name: 'eve', role: 'viewer', password: 'a good long one', id: '1', isDisabled: false }],
    ['PUT', 'users/ada', { role: 'administrator', issuer: 'https://evil.example', subject: 'x' }],
    ['POST', 'tokens', { name: 'x', role: 'viewer', hash: 'known', createdBy: 'ada' }],
    ['POST', 'sign-in', { name: 'ada', password: 'x', role: 'administrator' }],
    ['PUT', 'me/password', { current: 'x', password: 'y', user: 'ada' }],
  ])('%s %s refuses them', async (method, place, body) => {
    const reply = await app.send(method, `${API}/${place}`, body);
    expect(reply).toMatchObject({ status: 400, body: { code: 'ERR_REQUEST_INVALID' } });
    expect(reply.body['message']).toContain('unknown key');
  });
});
