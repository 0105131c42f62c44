import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { createDashboard } from '../../src/server/dashboard.ts';

const PAGE = { accept: 'text/html,*/*' };
const SCRIPT = `console.log(${JSON.stringify('x'.repeat(5000))})`;
let folder: string;
let app: FastifyInstance;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-dashboard-'));
  const build = path.join(folder, 'build');
  mkdirSync(path.join(build, 'assets'), { recursive: true });
  writeFileSync(
    path.join(build, 'index.html'),
    '<meta name="csp-nonce" content="__NONCE__"><meta name="session" content="__SESSION__"><h1>Sluice</h1>',
  );
  writeFileSync(path.join(build, 'assets', 'index-abc123.js'), SCRIPT);
  writeFileSync(path.join(build, 'assets', 'index-abc123.js.gz'), gzipSync(SCRIPT));
  writeFileSync(path.join(build, 'favicon.svg'), '<svg/>');
  writeFileSync(path.join(folder, 'secret.txt'), 'not for the web');
  app = Fastify({ exposeHeadRoutes: false });
  const serve = createDashboard(build);
  app.setNotFoundHandler((request, reply) => (serve(request, reply) ? reply : reply.code(404).send({ code: 'NO' })));
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each(['/', '/tasks?state=failed', '/routes/tickets-to-assets/edit'])(
  '%s is the page of the dashboard',
  async (address) => {
    const answer = await fetch(`${url}${address}`, { headers: PAGE });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toContain('<h1>Sluice</h1>');
  },
);

test.each([
  ['no', ''],
  ['no', 'other=sluice=1'],
  ['yes', 'other=1; sluice=abc'],
  ['yes', '__Host-sluice=abc'],
])('says "%s" to whether a session came with the cookies "%s"', async (told, cookie) => {
  const answer = await fetch(url, { headers: { ...PAGE, cookie } });
  expect(await answer.text()).toContain(`<meta name="session" content="${told}">`);
});

test('lets in neither scripts from elsewhere nor inline ones, and is framed by nobody', async () => {
  const policy = (await fetch(url, { headers: PAGE })).headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
});

test('each page has a nonce of its own, the same as in its policy', async () => {
  const nonces = await Promise.all(
    [1, 2].map(async () => {
      const answer = await fetch(url, { headers: PAGE });
      const nonce = /content="([\w-]+)"/.exec(await answer.text())?.[1] ?? '';
      expect(answer.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`);
      return nonce;
    }),
  );
  expect(nonces[0]).toHaveLength(22);
  expect(nonces[0]).not.toBe(nonces[1]);
});

test('files with a hash in their name are kept for ever, and sent as the build packed them', async () => {
  const answer = await fetch(`${url}/assets/index-abc123.js`, { headers: { 'accept-encoding': 'gzip' } });
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(answer.headers.get('content-encoding')).toBe('gzip');
  expect(await answer.text()).toBe(SCRIPT);
  const plain = await fetch(`${url}/assets/index-abc123.js`, { headers: { 'accept-encoding': 'identity' } });
  expect(plain.headers.get('content-encoding')).toBeNull();
  const icon = await fetch(`${url}/favicon.svg`);
  expect(icon.headers.get('cache-control')).toBe('no-cache');
});

test.each([
  ['a script that is not there', '/assets/old-999.js', '*/*'],
  ['a packed copy by its own name', '/assets/index-abc123.js.gz', '*/*'],
  ['an address of the API', '/api/v1/nothing', 'text/html'],
  ['what a program asks for', '/metrics-of-old', 'application/json'],
])('%s is not the page', async (_name, address, accept) => {
  expect((await fetch(`${url}${address}`, { headers: { accept } })).status).toBe(404);
});

test.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/..%5c..%5csecret.txt', '//secret.txt'])(
  '%s leads nowhere outside of the build',
  async (address) => {
    const answer = await fetch(`${url}${address}`);
    expect(await answer.text()).not.toContain('not for the web');
  },
);

test('only reading is answered', async () => {
  expect((await fetch(`${url}/`, { method: 'POST' })).status).toBe(404);
});

test('says what to do when the dashboard is not built', async () => {
  const bare = Fastify();
  const serve = createDashboard(path.join(folder, 'none'));
  bare.setNotFoundHandler((request, reply) => (serve(request, reply) ? reply : reply.code(404).send()));
  const place = await bare.listen({ host: '127.0.0.1', port: 0 });
  const answer = await fetch(place, { headers: PAGE });
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain('npm run build');
  await bare.close();
});
