import { expect, test } from '@jest/globals';
import { readRedisAddress } from '../../src/queue/redis-address.ts';
import { keyPrefix } from '../../src/queue/redis-connection.ts';
import { readSettings } from '../../src/server/settings.ts';

test('a single server, with or without credentials, database and TLS, as Redis or Valkey', () => {
  expect(readRedisAddress('redis://localhost')).toEqual({
    ...{ kind: 'single', nodes: [{ host: 'localhost', port: 6379 }], isTls: false, database: 0 },
  });
  expect(readRedisAddress('rediss://ann:p%40ss@[::1]:7000/3')).toEqual({
    ...{ kind: 'single', nodes: [{ host: '::1', port: 7000 }], isTls: true, database: 3 },
    ...{ username: 'ann', password: 'p@ss' },
  });
  expect(readRedisAddress('valkeys://:secret@v')).toMatchObject({ isTls: true, password: 'secret' });
});

test('sentinels name their master, a cluster some of its nodes', () => {
  expect(readRedisAddress('redis+sentinel://:pw@a:26379,b/mymaster?db=2&sentinelPassword=spw')).toEqual({
    kind: 'sentinel',
    nodes: [
      { host: 'a', port: 26379 },
      { host: 'b', port: 26379 },
    ],
    ...{ isTls: false, password: 'pw', database: 2, master: 'mymaster', sentinelPassword: 'spw' },
  });
  expect(readRedisAddress('valkeys+cluster://a:1,b:2')).toMatchObject({ kind: 'cluster', isTls: true });
});

test.each([
  ['http://a', /begins with redis/],
  ['redis://a:99999', /host or port/],
  ['redis://a,b', /redis\+sentinel:\/\/ or redis\+cluster/],
  ['redis://a/x', /number of a database/],
  ['redis+sentinel://a,b', /name the master/],
  ['redis+cluster://a/1', /only number 0/],
])('%s is refused with what is wrong', (address, message) => {
  expect(() => readSettings({ REDIS_URL: address })).toThrow(message);
});

test('a refusal does not show the password', () => {
  expect(() => readSettings({ REDIS_URL: 'redis://:hunter2@a/x' })).toThrow(/^(?!.*hunter2)/);
});

test('keys of an installation stay on one node of a cluster', () => {
  expect(keyPrefix('redis+cluster://a', 'sluice')).toBe('{sluice}');
  expect(keyPrefix('redis+cluster://a', '{own}')).toBe('{own}');
  expect(keyPrefix('redis://a', 'sluice')).toBe('sluice');
});
