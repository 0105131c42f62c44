import { beforeAll, describe, expect, test } from '@jest/globals';
import type { CheckStep } from '../../src/http/types.ts';
import { buildApp } from '../../src/server/app.ts';
import { startSandboxHalo } from '../../sandbox/halo/server.ts';
import { CANARY, haloClient, type Reply, withApp } from './with-app.ts';

const app = withApp();
const API = '/api/v1';

beforeAll(async () => {
  await app.apply(haloClient(app));
});

/** Applies a client under a name of its own and tests it. */
async function testOf(
  parameters: object,
): Promise<{ ok: boolean; steps: CheckStep[]; by: (step: string) => CheckStep }> {
  await app.apply(haloClient(app, 'tested', parameters));
  const reply = await app.post(`${API}/clients/tested/test`);
  expect(reply).toMatchObject({ status: 200 });
  const { ok, steps } = reply.body as unknown as { ok: boolean; steps: CheckStep[] };
  expect(steps.map(({ step }) => step)).toEqual(['address', 'tls', 'tenant', 'token', 'scope', 'first-read']);
  for (const step of steps.filter(({ status }) => status === 'failed')) expect(step.hint).toMatch(/\w{3}/);
  const by = (name: string): CheckStep => steps.find(({ step }) => step === name) as CheckStep;
  return { ok, steps, by };
}

function statuses({ steps }: { steps: readonly CheckStep[] }): string[] {
  return steps.map(({ status }) => status);
}

describe('the connection test', () => {
  test('passes, and tells the tenant that the system named', async () => {
    const tested = await testOf({});
    expect(tested.ok).toBe(true);
    expect(statuses(tested)).toEqual(['passed', 'skipped', 'passed', 'passed', 'passed', 'passed']);
    expect(tested.by('tenant').message).toContain('Tenant: "sandbox", as the system told');
    expect(tested.by('first-read').message).toMatch(/: \d+ rows read$/);
  });

  test('a wrong secret fails the token', async () => {
    const tested = await testOf({ clientSecret: 'something else' });
    expect(tested.ok).toBe(false);
    expect(statuses(tested)).toEqual(['passed', 'skipped', 'passed', 'failed', 'skipped', 'skipped']);
    expect(tested.by('token').message).toContain('The client id or the client secret is wrong');
    expect(tested.by('token').hint).toContain('Copy client ID and secret again');
  });

  test('a dead host fails the address', async () => {
    const dead = await startSandboxHalo();
    await dead.close();
    const tested = await testOf({ baseUri: dead.url });
    expect(statuses(tested)).toEqual(['failed', 'skipped', 'skipped', 'skipped', 'skipped', 'skipped']);
    expect(tested.by('address').message).toContain('refuses connections');
  });

  test('an address inside the own network fails, and says who can allow it', async () => {
    const tested = await testOf({ baseUri: 'http://169.254.169.254' });
    expect(tested.by('address')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('not a public address'),
    });
  });

  test('a wrong tenant is what fails, with the right one', async () => {
    const tested = await testOf({ tenant: 'nobody' });
    expect(statuses(tested)).toEqual(['passed', 'skipped', 'failed', 'skipped', 'skipped', 'skipped']);
    expect(tested.by('tenant').message).toContain('the client uses "nobody", the system says "sandbox"');
    expect(tested.by('tenant').hint).toBe('Write "sandbox" as tenant, or leave tenant out to have it found.');
  });

  test('a wrong authorisation server is what fails, with the right one', async () => {
    const tested = await testOf({ authUri: `${app.halo.url}/nowhere` });
    expect(tested.by('tenant').hint).toContain(`${app.halo.authUrl}" as authUri`);
  });

  test('a token without the scope fails the scope', async () => {
    const narrow = await startSandboxHalo({ clientSecret: CANARY, grantedScopes: [] });
    try {
      const tested = await testOf({ baseUri: narrow.url });
      expect(statuses(tested)).toEqual(['passed', 'skipped', 'passed', 'passed', 'failed', 'skipped']);
      expect(tested.by('scope').hint).toContain('scopes');
    } finally {
      await narrow.close();
    }
  });

  test('a token that every call refuses fails the scope', async () => {
    const fault = app.halo.faults.add({ match: { path: /api\/status/i }, effect: { kind: 'unauthorized' } });
    try {
      const tested = await testOf({ scopes: 'read:tickets' });
      expect(statuses(tested)).toEqual(['passed', 'skipped', 'passed', 'passed', 'failed', 'skipped']);
    } finally {
      fault.remove();
    }
  });

  test('a system that answers nonsense fails the first read', async () => {
    const fault = app.halo.faults.add({ match: { path: /api\/status/i }, effect: { kind: 'html' } });
    try {
      const tested = await testOf({});
      expect(statuses(tested)).toEqual(['passed', 'skipped', 'passed', 'passed', 'skipped', 'failed']);
      expect(tested.by('first-read').hint).toContain('web page');
    } finally {
      fault.remove();
    }
  });

  test('a client that is not valid by itself fails at once, with the reason', async () => {
    await app.apply(haloClient(app, 'tested', {}));
    const broken = { ...haloClient(app, 'no-variable', { clientSecret: '${HALO_SECRET}' }) };
    await app.apply(broken);
    const { store } = app.platform;
    const stored = await store.documents.get('client', 'no-variable');
    const body = (stored?.body ?? '').replace('${HALO_SECRET}', '${NOT_SET}');
    const change = { action: 'write', kind: 'client', identifier: 'no-variable', body } as const;
    await store.documents.change([change], await store.documents.revision(), Date.now());
    const reply = await app.post(`${API}/clients/no-variable/test`);
    expect(reply.body).toMatchObject({ ok: false, steps: [{ step: 'address', status: 'failed' }] });
    expect(reply.text).toContain('The variable NOT_SET is named in a client but is not set');
    const call = await app.post(`${API}/clients/no-variable/call`, { entity: 'status', operation: 'list' });
    expect(call).toMatchObject({ status: 400, body: { code: 'ERR_CLIENT_INVALID' } });
  });

  test('an unknown client is 404', async () => {
    const reply = await app.post(`${API}/clients/hallo/test`);
    expect(reply).toMatchObject({
      status: 404,
      body: { message: 'There is no client "hallo" (did you mean "halo"?)' },
    });
  });
});

describe('one call', () => {
  const call = (body: object): Promise<Reply> => app.post(`${API}/clients/halo/call`, body);

  test('answers status, body, safe headers and what went over the wire', async () => {
    const reply = await call({ entity: 'tickets', operation: 'list', query: { count: 3 } });
    expect(reply).toMatchObject({
      status: 200,
      body: {
        status: 200,
        headers: { 'content-type': expect.stringContaining('application/json') },
        body: { tickets: expect.any(Array) },
        durationMs: expect.any(Number),
      },
    });
    expect(reply.body['exchanges']).toMatchObject([
      { method: 'GET', status: 200, url: expect.stringContaining('count=3') },
    ]);
  });

  test('takes path parameters and a body', async () => {
    const got = await call({ entity: 'tickets', operation: 'get', path: { id: '20001' } });
    expect(got.body).toMatchObject({ body: { id: 20001 } });
    const posted = await call({ entity: 'supplier', operation: 'post', body: [{ name: 'By hand' }] });
    expect(posted.body).toMatchObject({ status: 201 });
  });

  test('what the system refuses is 502, with its status and words', async () => {
    const reply = await call({ entity: 'tickets', operation: 'get', path: { id: 1 } });
    expect(reply).toMatchObject({ status: 502, body: { code: 'ERR_NOT_FOUND', details: { status: 404 } } });
  });

  test('a system that is away is 502', async () => {
    const fault = app.halo.faults.add({ match: { path: /api\/tickets/i }, effect: { kind: 'drop' } });
    try {
      const reply = await call({ entity: 'tickets', operation: 'list' });
      expect(reply).toMatchObject({ status: 502, body: { code: 'ERR_CONNECTION_LOST' } });
    } finally {
      fault.remove();
    }
  });

  test.each([
    { body: { entity: 'tickts', operation: 'list' }, status: 404, code: 'ERR_ENTITY_UNKNOWN' },
    { body: { entity: 'tickets', operation: 'lst' }, status: 404, code: 'ERR_OPERATION_UNKNOWN' },
    { body: { entity: 'tickets', operation: 'get' }, status: 400, code: 'ERR_PATH_PARAMETER_MISSING' },
    { body: { entity: 'tickets', operation: 'get', path: { id: '../x' } }, status: 400, code: 'ERR_PARAMETER_TYPE' },
    { body: { entity: 'tickets', operation: 'list', query: { count: 'x' } }, status: 400, code: 'ERR_PARAMETER_TYPE' },
    { body: { entity: 'tickets' }, status: 400, code: 'ERR_REQUEST_INVALID' },
  ])('$body is refused with $status $code', async ({ body, status, code }) => {
    expect(await call(body)).toMatchObject({ status, body: { code } });
  });

  test('a stop does not wait for it', async () => {
    const second = await buildApp(app.platform);
    const url = await second.listen({ host: '127.0.0.1', port: 0 });
    const fault = app.halo.faults.add({ match: { path: /api\/tickets/i }, effect: { kind: 'delay', ms: 60_000 } });
    try {
      const answer = fetch(`${url}${API}/clients/halo/call`, {
        method: 'POST',
        headers: { authorization: 'Bearer token-of-the-administrator', 'content-type': 'application/json' },
        body: JSON.stringify({ entity: 'tickets', operation: 'list' }),
      });
      while (fault.seen === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      const [reply] = await Promise.all([answer, second.close()]);
      expect(reply.status).toBe(503);
      expect(await reply.json()).toMatchObject({ code: 'ERR_STOPPING' });
    } finally {
      fault.remove();
    }
  });

  test('an echoed secret is taken out of the answer', async () => {
    const fault = app.halo.faults.add({
      match: { path: /api\/tickets/i },
      effect: { kind: 'answer', status: 200, body: { tickets: [{ note: `the secret is ${CANARY}` }] } },
    });
    try {
      const reply = await call({ entity: 'tickets', operation: 'list' });
      expect(reply.body).toMatchObject({ body: { tickets: [{ note: 'the secret is [redacted]' }] } });
    } finally {
      fault.remove();
    }
  });
});
