import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/server/settings.ts';
import { answerJson, readBody } from '../http/with-server.ts';
import { writePersonConnector } from '../support/person-connector.ts';
import { CANARY, type Reply, withApp } from './with-app.ts';

const connectorFolder = mkdtempSync(path.join(tmpdir(), 'sluice-connectors-'));
writePersonConnector(connectorFolder);
const app = withApp({ connectorFolder });
const API = '/api/v1';

/** A system whose person consents: what its token URL was asked, and whether it refuses. */
const system = { url: '', asked: [] as Record<string, string>[], isRefusing: false };
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    void readBody(request).then((body) => {
      if (request.url === '/api/things') {
        const isKnown = request.headers.authorization === 'Bearer access-of-person';
        answerJson(response, isKnown ? 200 : 401, isKnown ? [{ id: 1 }] : {});
        return;
      }
      const form = Object.fromEntries(new URLSearchParams(body));
      system.asked.push(form);
      if (system.isRefusing) {
        answerJson(response, 400, {
          error: 'invalid_grant',
          error_description: `<b>no</b> ${form['code'] ?? ''} ${CANARY}`,
        });
      } else
        answerJson(response, 200, {
          access_token: 'access-of-person',
          refresh_token: 'canary-refresh',
          expires_in: 3600,
        });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  system.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(connectorFolder, { recursive: true });
});

async function makeClient(identifier: string, authentication = 'person'): Promise<void> {
  const secret = authentication === 'person' ? { clientSecret: CANARY } : {};
  const parameters = { baseUri: system.url, ...secret };
  await app.apply({ kind: 'client', identifier, spec: { connector: 'person', authentication, parameters } });
}

interface Begun {
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
  readonly back: (query: object) => Promise<Reply>;
  readonly standing: () => Promise<unknown>;
}

async function begin(identifier: string): Promise<Begun> {
  const reply = await app.post(`${API}/clients/${identifier}/authorize`);
  expect(reply).toMatchObject({ status: 200 });
  const { id, url } = reply.body as { id: string; url: string };
  const query = Object.fromEntries(new URL(url).searchParams);
  const { state = '', redirect_uri: redirect = '' } = query;
  return {
    id,
    query,
    // As a browser comes back: without a token.
    back: (more) => {
      const search = new URLSearchParams({ state, ...more }).toString();
      return app.send('GET', `${new URL(redirect).pathname}?${search}`, undefined, { token: '' });
    },
    standing: async () => (await app.get(`${API}/clients/${identifier}/authorize/${id}`)).body,
  };
}

const call = (identifier: string): Promise<Reply> =>
  app.post(`${API}/clients/${identifier}/call`, { entity: 'things', operation: 'list' });

describe('a sign-in by a person', () => {
  test('begins with an address, ends with the callback, and calls work from then on', async () => {
    await makeClient('works');
    expect(await call('works')).toMatchObject({
      ...{ status: 502, body: { code: 'ERR_NOT_CONNECTED', message: expect.stringContaining('sluice connect works') } },
    });
    const { query, back, standing } = await begin('works');
    const listening = (app.app.server.address() as AddressInfo).port;
    expect(query).toMatchObject({
      ...{ response_type: 'code', client_id: 'app', scope: 'read offline_access', code_challenge_method: 'S256' },
      redirect_uri: `http://127.0.0.1:${listening}/api/v1/oauth/callback`,
    });
    expect(await standing()).toEqual({ status: 'open', message: null });

    const reply = await back({ code: 'the-code', session_state: 'systems add what they like' });
    expect(reply).toMatchObject({ status: 200, text: '"works" is connected. You can close this window.' });
    expect(reply.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    const { code_verifier: verifier = '', ...form } = system.asked.at(-1) ?? {};
    expect(form).toMatchObject({ grant_type: 'authorization_code', code: 'the-code', client_secret: CANARY });
    expect(form['redirect_uri']).toBe(query['redirect_uri']);
    expect(createHash('sha256').update(verifier).digest('base64url')).toBe(query['code_challenge']);
    expect(await standing()).toEqual({ status: 'connected', message: 'Connected' });
    expect(await call('works')).toMatchObject({ status: 200, body: { body: [{ id: 1 }] } });
  });

  test('works once, also when it failed', async () => {
    await makeClient('once');
    const first = await begin('once');
    const replies = await Promise.all([1, 2, 3].map(() => first.back({ code: 'the-code' })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    const again = await first.back({ code: 'another-code' });
    expect(again).toMatchObject({ status: 400, text: expect.stringContaining('used already') });

    const second = await begin('once');
    await second.back({ error: 'access_denied' });
    expect(await second.back({ code: 'the-code' })).toMatchObject({
      status: 400,
      text: expect.stringContaining('used'),
    });
  });

  test('is refused with a state that nobody was given, or that is over', async () => {
    await makeClient('over');
    const before = system.asked.length;
    const { back, standing, id } = await begin('over');
    const unknown = await app.send('GET', `${API}/oauth/callback?state=guessed&code=x`, undefined, { token: '' });
    expect(unknown).toMatchObject({ status: 400, text: expect.stringContaining('is not known') });

    const sealed = { verifier: 'v', redirectUri: 'r' };
    await app.platform.store.signIns.begin({ id: 'past', client: 'over', secret: sealed }, 'x', Date.now() - 1);
    const past = await app.get(`${API}/clients/over/authorize/past`);
    expect(past.body).toEqual({ status: 'expired', message: null });
    expect(await app.get(`${API}/clients/other/authorize/${id}`)).toMatchObject({ status: 404 });

    const realNow = Date.now;
    try {
      Date.now = () => realNow() + 10 * 60_000 + 1;
      expect(await back({ code: 'x' })).toMatchObject({ status: 400, text: expect.stringContaining('ten minutes') });
      expect(await standing()).toEqual({ status: 'expired', message: null });
    } finally {
      Date.now = realNow;
    }
    expect(system.asked).toHaveLength(before);
  });

  test('without consent says what the system said, as text', async () => {
    await makeClient('denied');
    const { back, standing } = await begin('denied');
    const words = `<script>alert(1)</script>${'x'.repeat(1000)}`;
    const reply = await back({ error: 'access_denied', error_description: words });
    expect(reply).toMatchObject({
      status: 400,
      text: expect.stringContaining('The system says: access_denied: <script>'),
    });
    expect(reply.text.length).toBeLessThan(500);
    expect(reply.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await standing()).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('ERR_CONSENT_REFUSED'),
    });
    expect((await (await begin('denied')).back({})).text).toContain('The system sent no code');
  });

  test('whose code is not accepted says why, without secrets', async () => {
    await makeClient('refused');
    system.isRefusing = true;
    try {
      const { back, standing } = await begin('refused');
      const reply = await back({ code: 'canary-code-in-url' });
      expect(reply).toMatchObject({ status: 400, text: expect.stringContaining('The code was not accepted') });
      expect(reply.text).not.toContain('canary');
      expect(await standing()).toMatchObject({
        status: 'failed',
        message: expect.stringContaining('ERR_GRANT_REFUSED'),
      });
    } finally {
      system.isRefusing = false;
    }
  });

  test('is refused for clients that need none, and for those that are not there', async () => {
    await makeClient('nobody', 'nobody');
    expect(await app.post(`${API}/clients/nobody/authorize`)).toMatchObject({
      ...{ status: 400, body: { code: 'ERR_NO_PERSON_NEEDED' } },
    });
    expect(await app.post(`${API}/clients/none/authorize`)).toMatchObject({ status: 404 });
  });
});

describe('SLUICE_PUBLIC_URL', () => {
  test('is where systems send the browser to', () => {
    expect(readSettings({ SLUICE_PUBLIC_URL: 'https://sluice.acme.test/here/' }).publicUrl).toBe(
      'https://sluice.acme.test/here',
    );
    expect(readSettings({}).publicUrl).toBeUndefined();
  });

  test.each(['sluice.acme.test', 'ftp://x', 'https://user@x', 'https://x?a=1', 'javascript:alert(1)'])(
    'is not %s',
    (text) => {
      expect(() => readSettings({ SLUICE_PUBLIC_URL: text })).toThrow(expect.objectContaining({ code: 'ERR_SETTING' }));
    },
  );
});
