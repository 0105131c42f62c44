import { expect, test } from '@jest/globals';
import { openPatiently } from '../../src/server/open-patiently.ts';

const URL_OF_DATABASE = 'postgres://sluice:p4ssw0rd@db.example:5432/sluice';
const DEPS = {
  sleep: () => Promise.resolve(),
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
};
const fault = (code: string, message: string): Error => Object.assign(new Error(message), { code });

test('a database that is starting is waited for', async () => {
  let times = 0;
  const open = (): Promise<string> => {
    times += 1;
    return times < 4 ? Promise.reject(fault('57P03', 'the database system is starting up')) : Promise.resolve('open');
  };
  expect(await openPatiently(open, URL_OF_DATABASE, DEPS)).toBe('open');
  expect(times).toBe(4);
});

test.each([
  ['nobody answers', fault('ECONNREFUSED', ''), AbortSignal.abort(), 'ECONNREFUSED'],
  [
    'the password is wrong',
    fault('28P01', 'password authentication failed'),
    undefined,
    'password authentication failed',
  ],
  [
    'the database is not there',
    fault('3D000', 'database "x" does not exist'),
    undefined,
    'database "x" does not exist',
  ],
])('%s: it says where and what, without the password', async (_words, error, signal, said) => {
  const opened = openPatiently(() => Promise.reject(error), URL_OF_DATABASE, DEPS, signal);
  await expect(opened).rejects.toMatchObject({
    code: 'ERR_DATABASE_AWAY',
    message: `DATABASE_URL: the database at db.example:5432 cannot be used: ${said}`,
  });
});

test('what is wrong with what we ask stays as it is', async () => {
  const wrong = fault('42703', 'column "x" does not exist');
  await expect(openPatiently(() => Promise.reject(wrong), URL_OF_DATABASE, DEPS)).rejects.toBe(wrong);
});
