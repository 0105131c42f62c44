import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Database } from '../../src/store/database.ts';
import { openPglite } from '../../src/store/open-pglite.ts';

interface Client {
  query(text: string, parameters?: readonly unknown[]): Promise<{ rows: object[] }>;
  on(event: 'notification', listener: (told: { channel: string; payload: string }) => void): void;
  release(): void;
}

let database: Database;

beforeAll(async () => {
  database = await openPglite(undefined);
  await database.query('CREATE TABLE thing (id int PRIMARY KEY, name text)');
});
afterAll(() => database.close());

const connect = (): Promise<Client> => (database.queuePool as { connect(): Promise<Client> }).connect();

test('what others ask waits until a transaction is over, also one that the queue opens by statements', async () => {
  const client = await connect();
  await client.query('BEGIN');
  await client.query('SET LOCAL search_path TO bullmq');
  const outside = database.query<{ count: number }>('SELECT count(*)::int AS count FROM thing WHERE id < $1', [100]);
  await client.query('CREATE TABLE own (id int)');
  await client.query('COMMIT');
  expect((await outside).rows).toEqual([{ count: 0 }]);
  client.release();
});

test('a transaction that fails leaves nothing, and the next one is not touched by it', async () => {
  const failing = database.transaction(async (tx) => {
    await tx.query('INSERT INTO thing VALUES ($1, $2)', [1, 'a']);
    await tx.query('INSERT INTO thing VALUES ($1, $2)', [1, 'again']);
  });
  const [failed, after] = await Promise.allSettled([
    failing,
    database.transaction((tx) => tx.query('INSERT INTO thing VALUES ($1, $2) RETURNING id', [2, 'b'])),
  ]);
  expect(failed).toMatchObject({ status: 'rejected', reason: { code: '23505', constraint: 'thing_pkey' } });
  expect(after).toMatchObject({ status: 'fulfilled', value: { rows: [{ id: 2 }] } });
  expect((await database.query('SELECT id FROM thing')).rows).toEqual([{ id: 2 }]);
});

test('an error tells what the database said, and nothing of the parameters', async () => {
  const error: unknown = await database.query('SELECT $1::int', ['a secret']).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(Object.keys(error as Error).sort()).toEqual(['code', 'name', 'severity']);
});

test('a client that is released in the middle of its transaction lets others go on', async () => {
  const client = await connect();
  await client.query('BEGIN');
  await client.query('INSERT INTO thing VALUES ($1, $2)', [9, 'left open']);
  client.release();
  expect((await database.query('SELECT id FROM thing WHERE id = $1', [9])).rows).toEqual([]);
});

test('notifications reach those who listen, until they are released', async () => {
  const client = await connect();
  const told: string[] = [];
  const arrived = new Promise<void>((resolve) => {
    client.on('notification', ({ payload }) => {
      told.push(payload);
      resolve();
    });
  });
  await client.query('LISTEN jobs');
  await database.query('SELECT pg_notify($1, $2)', ['jobs', 'first']);
  await arrived;
  client.release();
  await database.query('SELECT pg_notify($1, $2)', ['jobs', 'second']);
  expect(told).toEqual(['first']);
});

test('after it is closed it says so', async () => {
  const closed = await openPglite(undefined);
  await closed.close();
  await closed.close();
  await expect(closed.query('SELECT 1')).rejects.toThrow('The embedded database is closed');
});
