import { expect, test } from '@jest/globals';
import { wideNetworks } from '../../src/server/doctor/wide-networks.ts';

const client = (allowPrivateNetworks?: string[]) => ({
  kind: 'client',
  identifier: 'on-premise',
  body: JSON.stringify({ kind: 'client', spec: { allowPrivateNetworks } }),
});

test.each(['10.0.0.0/8', '0.0.0.0/0', '172.16.0.0/12', 'fc00::/7'])('%s is more than one client needs', (network) => {
  expect(wideNetworks([client(['10.20.3.4', network])])).toEqual([{ client: 'on-premise', network }]);
});

test.each(['10.20.0.0/16', '192.168.1.7', '127.0.0.1/32', 'fd12:3456:789a::/48', '::1'])(
  '%s is one site',
  (network) => {
    expect(wideNetworks([client([network]), client()])).toEqual([]);
  },
);
