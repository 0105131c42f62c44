import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createAddressGuard } from '../../src/http/address-guard.ts';
import { checkAddress, checkTls } from '../../src/http/check-connection.ts';
import { selfSigned } from './self-signed.ts';
import { localGuard } from './test-transport.ts';
import { withServer } from './with-server.ts';

const timeouts = { connectMs: 2_000 };

function nameless(code: string): ReturnType<typeof createAddressGuard> {
  return createAddressGuard({
    allow: [],
    resolve: (_host, _options, callback) => {
      callback(Object.assign(new Error(code), { code }), []);
    },
  });
}

describe('the address', () => {
  test('passes when its port takes connections', async () => {
    const step = await withServer(
      () => undefined,
      (url) => checkAddress(`${url}/api`, localGuard, timeouts),
    );
    expect(step).toMatchObject({ step: 'address', status: 'passed', message: expect.stringContaining('(127.0.0.1)') });
    expect(step.durationMs).toBeGreaterThanOrEqual(0);
  });

  test('fails when nothing listens', async () => {
    const address = await withServer(
      () => undefined,
      (url) => Promise.resolve(url),
    );
    const step = await checkAddress(address, localGuard, timeouts);
    expect(step).toMatchObject({ status: 'failed', hint: 'Check the port, and that the service runs there.' });
    expect(step.message).toContain('refuses connections');
  });

  test('fails when the name is unknown', async () => {
    const step = await checkAddress('https://nobody.example/', nameless('ENOTFOUND'), timeouts);
    expect(step).toMatchObject({ status: 'failed', message: 'The host name nobody.example was not found (ENOTFOUND)' });
    expect(step.hint).toContain('spelling');
  });

  test('fails when it must not be called', async () => {
    const guard = createAddressGuard({ allow: [] });
    expect(await checkAddress('http://10.0.0.8/', guard, timeouts)).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('SLUICE_ALLOW_PRIVATE_NETWORKS'),
    });
    expect(await checkAddress('http://localhost:1/', guard, timeouts)).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('SLUICE_ALLOW_PRIVATE_NETWORKS'),
    });
    expect(await checkAddress('halo', guard, timeouts)).toMatchObject({ status: 'failed' });
  });

  test('fails when the look-up takes too long', async () => {
    const silent = createAddressGuard({ allow: [], resolve: () => undefined });
    const step = await checkAddress('https://nobody.example/', silent, { connectMs: 50 });
    expect(step).toMatchObject({ status: 'failed', message: expect.stringContaining('ETIMEDOUT') });
    expect(step.hint).toContain('port 443');
  });
});

describe('TLS', () => {
  test('is skipped for http', async () => {
    const step = await checkTls('http://127.0.0.1:1/', localGuard, timeouts);
    expect(step).toMatchObject({ step: 'tls', status: 'skipped', hint: expect.stringContaining('https') });
  });

  test('fails for a self-signed certificate, and says what to do', async () => {
    const server = createTlsServer(selfSigned(new Date('2020-01-01'), new Date('2049-01-01')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const step = await checkTls(`https://127.0.0.1:${port}/`, localGuard, timeouts);
    server.close();
    expect(step).toMatchObject({ status: 'failed', hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') });
    expect(step.message).toContain('its certificate is self-signed');
  });

  test('fails where http is spoken', async () => {
    const step = await withServer(
      () => undefined,
      (url) => checkTls(url.replace('http:', 'https:'), localGuard, timeouts),
    );
    expect(step).toMatchObject({ status: 'failed', message: expect.stringContaining('does the port serve https?') });
  });
});
