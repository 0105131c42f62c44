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

/** `localhost` is 127.0.0.1 here, whatever the machine says. */
const guard = createAddressGuard({
  allow: ['127.0.0.0/8'],
  resolve: (_host, _options, callback) => {
    callback(null, [{ address: '127.0.0.1', family: 4 }]);
  },
});

/** Opens an https server with a certificate of its own, and always closes it. */
async function withTlsServer<T>(from: string, to: string, use: (url: string, ca: string) => Promise<T>): Promise<T> {
  const pair = selfSigned(new Date(from), new Date(to));
  const server = createTlsServer(pair);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`https://localhost:${(server.address() as AddressInfo).port}/`, pair.cert);
  } finally {
    server.close();
  }
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
    const step = await withTlsServer('2020-01-01', '2049-01-01', (url) => checkTls(url, guard, timeouts));
    expect(step).toMatchObject({ status: 'failed', hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') });
    expect(step.message).toContain('its certificate is self-signed');
  });

  test('passes for a trusted certificate, and says until when it is valid', async () => {
    const step = await withTlsServer('2020-01-01', '2049-01-01', (url, ca) => checkTls(url, guard, timeouts, { ca }));
    expect(step).toMatchObject({
      status: 'passed',
      message: 'The certificate of localhost is trusted, issued by localhost, valid until 2049-01-01',
    });
    expect(step.hint).toBeUndefined();
  });

  test('warns of a certificate that ends soon', async () => {
    const now = Date.parse('2048-12-24');
    const step = await withTlsServer('2020-01-01', '2049-01-01', (url, ca) =>
      checkTls(url, guard, timeouts, { ca, now }),
    );
    expect(step).toMatchObject({ status: 'passed', hint: expect.stringContaining('renewed') });
    expect(step.message).toContain('8 days left');
  });

  test('fails for a certificate that has expired', async () => {
    const step = await withTlsServer('2020-01-01', '2021-01-01', (url, ca) => checkTls(url, guard, timeouts, { ca }));
    expect(step).toMatchObject({ status: 'failed', hint: 'Have the certificate of the server renewed.' });
    expect(step.message).toBe('localhost: its certificate has expired (CERT_HAS_EXPIRED)');
  });

  test('fails where http is spoken', async () => {
    const step = await withServer(
      () => undefined,
      (url) => checkTls(url.replace('http:', 'https:'), localGuard, timeouts),
    );
    expect(step).toMatchObject({ status: 'failed', message: expect.stringContaining('does the port serve https?') });
  });
});
