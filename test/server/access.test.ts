import { describe, expect, test } from '@jest/globals';
import { buildApp } from '../../src/server/app.ts';
import { isAllowed, type Permission } from '../../src/server/permissions.ts';
import { ROLES, withApp } from './with-app.ts';

const app = withApp();
const TOO_MUCH = `{"a": "${'x'.repeat(10 * 1024 * 1024)}"}`;

/** An address of the route that names nothing that is there. */
/** Things that have numbers. */
const NUMBERED = /\/(tasks|exchanges|bulk-actions|tokens)\//;

function addressOf(url: string): string {
  return url
    .replace(':kind', 'storage')
    .replace(':key', 'none')
    .replace(':version', '1')
    .replace(':file', '1')
    .replace(':id', url.startsWith('/api/v1/errors') ? '0123456789abcdef' : ':id')
    .replace(/:(id)/, url.startsWith('/api/v1/runs') || NUMBERED.test(url) ? '999999' : 'none')
    .replace(/:\w+/g, 'none');
}

function bodyFor(method: string): unknown {
  return method === 'GET' ? undefined : {};
}

/** Takes what other systems send, each with a proof that its incoming asks for; address and body are theirs. */
const HOOK = '/hooks/:incoming';
const READ_AGAIN = '/api/v1/incomings/:id/files/:file/read-again';

/**
 * The callback wants the secret of a sign-in, which stands for a token there; signing in wants a name and a password;
 * nothing listens at this hook.
 */
const WITHOUT_TOKEN: Readonly<Record<string, number>> = {
  '/api/v1/oauth/callback': 400,
  '/api/v1/oidc/callback': 400,
  // No provider is set up.
  '/api/v1/oidc/start': 404,
  'POST /api/v1/setup': 400,
  'POST /api/v1/sign-in': 400,
  [HOOK]: 404,
};

test('every route names a permission, and public ones tell nothing of the work', () => {
  expect(app.app.routeTable.length).toBeGreaterThan(35);
  const open = app.app.routeTable.filter(({ permission }) => permission === 'public').map(({ url }) => url);
  expect(open.sort()).toEqual([
    '/api/v1/oauth/callback',
    '/api/v1/oidc/callback',
    '/api/v1/oidc/start',
    '/api/v1/openapi.json',
    '/api/v1/setup',
    '/api/v1/sign-in',
    '/api/v1/sign-in',
    '/healthz',
    HOOK,
    '/readyz',
  ]);
});

test('a route without a permission cannot be added', async () => {
  const fresh = await buildApp(app.platform);
  expect(() => fresh.get('/open', () => 'anybody')).toThrow('The route GET /open names no permission');
  await fresh.close();
});

test('without a token nothing but public routes answers', async () => {
  for (const { method, url, permission } of app.app.routeTable) {
    const reply = await app.send(method, addressOf(url), bodyFor(method), { token: '' });
    if (permission === 'public')
      expect({ url, ...reply }).toMatchObject({
        url,
        status: WITHOUT_TOKEN[`${method} ${url}`] ?? WITHOUT_TOKEN[url] ?? 200,
      });
    else
      expect({ url, ...reply }).toMatchObject({ url, status: 401, body: { code: 'ERR_UNAUTHENTICATED', details: {} } });
  }
});

test.each(['Bearer', 'Bearer ', 'Bearer wrong', 'Basic dG9rZW4tb2YtdGhlLXZpZXdlcg==', 'token-of-the-viewer'])(
  'the header "%s" is refused',
  async (authorization) => {
    const reply = await app.send('GET', '/api/v1/status', undefined, { token: '', headers: { authorization } });
    expect(reply).toMatchObject({ status: 401, body: { code: 'ERR_UNAUTHENTICATED' } });
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
  },
);

test('a token in a cookie or in the address is no token', async () => {
  const headers = { cookie: 'token=token-of-the-administrator; authorization=Bearer token-of-the-administrator' };
  const reply = await app.send('GET', '/api/v1/status', undefined, { token: '', headers });
  expect(reply.status).toBe(401);
  const inAddress = await app.send('GET', '/api/v1/status?access_token=token-of-the-viewer', undefined, { token: '' });
  expect(inAddress.status).toBe(401);
});

test.each(ROLES)('the role %s gets what it may and is refused everything else', async (role) => {
  for (const { method, url, permission } of app.app.routeTable) {
    const reply = await app.send(method, addressOf(url), bodyFor(method), { role });
    const isFine = permission === 'public' || isAllowed(role, permission);
    if (isFine) expect({ method, url, status: reply.status }).not.toMatchObject({ status: 403 });
    else expect({ url, ...reply }).toMatchObject({ url, status: 403, body: { code: 'ERR_FORBIDDEN' } });
    expect({ url, isBroken: reply.status >= 500 }).toEqual({ url, isBroken: false });
  }
});

test.each<[string, Permission[]]>([
  [
    'viewer',
    [
      'configuration:write',
      'runs:start',
      'tasks:retry',
      'tasks:replay',
      'clients:test',
      'clients:call',
      'clients:connect',
      'actions:read',
    ],
  ],
  ['editor', ['access:read', 'access:write', 'audit:read']],
  [
    'operator',
    [
      'audit:read',
      'configuration:write',
      'actions:write',
      'actions:delete',
      'clients:call',
      'clients:connect',
      'storages:write',
    ],
  ],
  ['nobody', ['status:read']],
])('the role %s may not do more than it should', (role, permissions) => {
  expect(permissions.filter((permission) => isAllowed(role, permission))).toEqual([]);
});

test('every route refuses query parameters that it does not know', async () => {
  for (const { method, url } of app.app.routeTable.filter((route) => route.url !== HOOK)) {
    const reply = await app.send(method, `${addressOf(url)}?nonsense=1`, bodyFor(method));
    expect({ url, ...reply }).toMatchObject({ url, status: 400, body: { code: 'ERR_REQUEST_INVALID' } });
    // Where the body lacks something that is told first.
    expect(reply.body['message']).toMatch(/query\.nonsense: unknown key|is missing/);
  }
});

test('every route refuses keys of the body that it does not know', async () => {
  // Bodies of hooks and files are no JSON of ours, and reading a file again looks at no body at all. Values of an action
  // are checked by the action, and messages of assistants by their protocol.
  const others = [HOOK, READ_AGAIN, '/api/v1/clients/:id/actions/:action', '/api/v1/mcp'];
  const takesJson = app.app.routeTable.filter(({ url, isUpload }) => !others.includes(url) && !isUpload);
  const table = takesJson.filter(({ method }) => method === 'POST' || method === 'PUT');
  for (const { method, url } of table) {
    const reply = await app.send(method, addressOf(url), { nonsense: 1 });
    expect({ url, ...reply }).toMatchObject({ url, status: 400, body: { code: 'ERR_REQUEST_INVALID' } });
    expect(reply.body['message']).toContain('nonsense: unknown key');
  }
});

describe('a request that is not one', () => {
  test.each([
    { title: 'broken JSON', body: '{"broken', type: 'application/json', status: 400, code: 'ERR_REQUEST_INVALID' },
    { title: 'a list', body: '[]', type: 'application/json', status: 400, code: 'ERR_REQUEST_INVALID' },
    {
      title: 'a prototype',
      body: '{"__proto__": {}}',
      type: 'application/json',
      status: 400,
      code: 'ERR_REQUEST_INVALID',
    },
    { title: 'a form', body: 'a=b', type: 'application/x-www-form-urlencoded', status: 415, code: 'ERR_MEDIA_TYPE' },
    { title: 'plain text', body: '{}', type: 'text/plain', status: 415, code: 'ERR_MEDIA_TYPE' },
    { title: 'too much', body: TOO_MUCH, type: 'application/json', status: 413, code: 'ERR_REQUEST_TOO_LARGE' },
  ])('$title is answered $status $code', async ({ body, type, status, code }) => {
    const reply = await app.send('POST', '/api/v1/incomings/none/runs', body, { headers: { 'content-type': type } });
    expect(reply).toMatchObject({ status, body: { code } });
  });

  test('a wrong type is told with its path', async () => {
    const reply = await app.get('/api/v1/tasks?limit=many');
    expect(reply.body).toMatchObject({
      code: 'ERR_REQUEST_INVALID',
      message: 'query.limit: must be integer, not "many"',
      details: { problems: [{ path: 'query.limit' }] },
    });
  });

  test.each(['/api/v1/nothing', '/nothing', '/api/v1/tasks/1/explode', '/api/v2/tasks'])(
    'the unknown address %s is 404',
    async (path) => {
      expect(await app.get(path)).toMatchObject({ status: 404, body: { code: 'ERR_NOT_FOUND', details: {} } });
    },
  );

  test('an address that cannot be decoded is refused in our words, with our headers', async () => {
    const reply = await app.get('/api/v1/documents/client/%E0%A4%A');
    expect(reply).toMatchObject({ status: 400, body: { code: 'ERR_REQUEST_INVALID' } });
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

test.each(['/api/v1/status', '/api/v1/openapi.json', '/healthz', '/nothing'])(
  '%s has the headers that protect',
  async (path) => {
    const { headers } = await app.get(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('set-cookie')).toBeNull();
  },
);

test('an error that nobody foresaw tells nothing of the inside', async () => {
  const { store } = app.platform;
  const original = store.runs.get.bind(store.runs);
  store.runs.get = () => Promise.reject(new Error('connect postgres://sluice:hunter2@db.internal/sluice'));
  try {
    const reply = await app.get('/api/v1/runs/1');
    expect(reply).toMatchObject({ status: 500, body: { code: 'ERR_INTERNAL' } });
    expect(reply.text).not.toContain('hunter2');
    expect(reply.body['details']).toEqual({ requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  } finally {
    store.runs.get = original;
  }
});

test('not ready says which part does not answer', async () => {
  expect(await app.get('/readyz')).toMatchObject({ status: 200, body: { database: 'ok', queue: 'ok' } });
  const { backend } = app.platform;
  const original = backend.ping.bind(backend);
  backend.ping = () => Promise.reject(new Error('redis://:hunter2@queue.internal is away'));
  try {
    const reply = await app.get('/readyz');
    expect(reply).toMatchObject({
      status: 503,
      body: { code: 'ERR_NOT_READY', details: { database: 'ok', queue: 'no answer' } },
    });
    expect(reply.text).not.toContain('hunter2');
  } finally {
    backend.ping = original;
  }
});

test('the description lists every route, with what it needs', async () => {
  const { body } = await app.get('/api/v1/openapi.json');
  expect(body['openapi']).toMatch(/^3\.1/);
  const paths = body['paths'] as Record<string, Record<string, { 'x-permission': string; summary: string }>>;
  for (const { method, url, permission } of app.app.routeTable) {
    const operation = paths[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    expect({ url, permission: operation?.['x-permission'] }).toEqual({ url, permission });
    expect(operation?.summary).not.toBe('');
  }
});

test('metrics are text that Prometheus reads, without names of anything', async () => {
  const reply = await app.get('/metrics');
  expect(reply.headers.get('content-type')).toContain('text/plain');
  expect(reply.text).toMatch(/^sluice_tasks\{state="failed"\} 0$/m);
  expect(reply.text).toMatch(/^sluice_runs_running 0$/m);
  expect(reply.text).toMatch(/^process_resident_memory_bytes \d+$/m);
});

test('the status tells version, engines and tasks', async () => {
  expect((await app.get('/api/v1/status')).body).toMatchObject({
    version: expect.stringMatching(/^\d+\./),
    engines: { database: 'pglite', queue: 'postgres' },
    uptimeSeconds: expect.any(Number),
    tasks: { new: 0, failed: 0 },
    token: { name: 'administrator', role: 'administrator' },
  });
});
