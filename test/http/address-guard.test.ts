import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from '@jest/globals';
import { createAddressGuard, type AddressGuard } from '../../src/http/address-guard.ts';

const guard = createAddressGuard({ allow: [] });

function lookUp(of: AddressGuard, host: string, all = true): Promise<string | LookupAddress[]> {
  return new Promise((resolve, reject) => {
    of.lookup(host, { all }, (error, address) => {
      if (error) reject(error);
      else resolve(address);
    });
  });
}

function answering(...addresses: string[]): AddressGuard {
  const entries = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return createAddressGuard({
    allow: ['10.1.0.0/16'],
    resolve: (_host, _options, callback) => {
      callback(null, entries);
    },
  });
}

describe('assertHost', () => {
  test.each([
    'http://127.0.0.1/',
    'http://10.0.0.1/',
    'http://172.16.3.4/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1/',
    'http://0.0.0.0/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://198.18.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::ffff:a00:1]/',
    'http://[fd00::1]/',
    'http://[fe80::1]/',
    'http://[ff02::1]/',
    'http://[64:ff9b::a00:1]/',
    'http://[64:ff9b:1::1]/',
    'http://[2002:a00:1::]/',
    'http://[::ffff:0:a00:1]/',
    'http://[3fff::1]/',
  ])('blocks %s', (url) => {
    expect(() => guard.assertHost(url)).toThrow(expect.objectContaining({ code: 'ERR_ADDRESS_BLOCKED' }));
  });

  test.each(['https://example.com/api', 'http://8.8.8.8/', 'http://[2606:4700::1111]/', 'http://172.32.0.1/'])(
    'lets %s through',
    (url) => {
      expect(guard.assertHost(url).href).toBe(url);
    },
  );

  test('names the setting and the network to add', () => {
    expect(() => guard.assertHost('http://192.168.7.9/api')).toThrow(
      '192.168.7.9 is not a public address, so it is not called. If it is meant, an administrator adds 192.168.7.9/32 to "allowPrivateNetworks" of the client, or to SLUICE_ALLOW_PRIVATE_NETWORKS for all',
    );
  });

  test('lets allowed networks through, also in their IPv6 form', () => {
    const allowing = createAddressGuard({ allow: ['10.0.0.0/8', 'fd00::/8', '192.168.1.5'] });
    for (const host of ['10.200.0.1', '[::ffff:10.0.0.1]', '[fd12::1]', '192.168.1.5']) {
      expect(allowing.assertHost(`http://${host}/`).pathname).toBe('/');
    }
    expect(() => allowing.assertHost('http://192.168.1.6/')).toThrow('192.168.1.6/32');
  });

  test.each(['ftp://example.com/', 'file:///etc/passwd', 'nonsense', 'https://user:pw@example.com/'])(
    'refuses %s as an address',
    (url) => {
      expect(() => guard.assertHost(url)).toThrow(expect.objectContaining({ code: 'ERR_ADDRESS_INVALID' }));
    },
  );

  test('does not repeat the password of an address in its error', () => {
    expect(() => guard.assertHost('https://user:hunter22@example.com/')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter22') }),
    );
  });
});

describe('lookup', () => {
  test('answers the addresses it has checked', async () => {
    expect(await lookUp(answering('93.184.216.34'), 'example.com')).toEqual([{ address: '93.184.216.34', family: 4 }]);
    expect(await lookUp(answering('93.184.216.34'), 'example.com', false)).toBe('93.184.216.34');
  });

  test('refuses a name when any of its addresses is not public', async () => {
    await expect(lookUp(answering('93.184.216.34', '10.2.0.1'), 'rebind.example')).rejects.toMatchObject({
      code: 'ERR_ADDRESS_BLOCKED',
      details: { host: 'rebind.example', address: '10.2.0.1', cidr: '10.2.0.1/32' },
    });
  });

  test('lets names with allowed addresses through', async () => {
    expect(await lookUp(answering('10.1.0.1'), 'halo.intern', false)).toBe('10.1.0.1');
  });

  test('blocks a link-local address with a zone', async () => {
    await expect(lookUp(answering('fe80::1%eth0'), 'x.example')).rejects.toMatchObject({
      details: { cidr: 'fe80::1/128' },
    });
  });

  test('reports a name without addresses as not found', async () => {
    await expect(lookUp(answering(), 'x.example', false)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

test.each(['10.0.0.0/33', '10.0.0/8', 'everything', '::1/129', '10.0.0.0/', ''])('refuses the network "%s"', (cidr) => {
  expect(() => createAddressGuard({ allow: [cidr] })).toThrow(expect.objectContaining({ code: 'ERR_SETTING' }));
});
