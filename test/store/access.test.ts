import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AuditEntry } from '../../src/store/audit.ts';
import type { User } from '../../src/store/users.ts';
import { describeEngines } from '../support/engines.ts';
import { openTestStore, type TestStore } from '../support/with-store.ts';

const LIFE = { idleMs: 3_600_000, totalMs: 86_400_000 };
const RULE = { free: 3, firstMs: 1000, mostMs: 60_000 };

function entryOf(action: string, subject = 'user/ada'): AuditEntry {
  return { actor: 'test', address: '127.0.0.1', action, subject };
}

describeEngines('access in the store', ['embedded', 'postgres'], (engine) => {
  let opened: TestStore;
  let ada: User;

  beforeAll(async () => {
    opened = await openTestStore(engine);
    const made = await opened.store.users.add(
      { name: 'ada', role: 'administrator', password: 'hash' },
      entryOf('user.create'),
    );
    if (!made) throw new Error('no user');
    ada = made;
  });
  afterAll(() => opened.close());

  describe('users', () => {
    test('a name is there once', async () => {
      const again = await opened.store.users.add({ name: 'ada', role: 'viewer', password: 'other' }, entryOf('no'));
      expect(again).toBeUndefined();
      expect(await opened.store.users.find('ada')).toMatchObject({ role: 'administrator' });
    });

    test('of many who set up at the same time one makes the first user', async () => {
      const fresh = await openTestStore(engine);
      const names = ['one', 'two', 'three', 'four'];
      const made = await Promise.all(
        names.map((name) => fresh.store.users.addFirst({ name, role: 'administrator', password: 'x' }, entryOf('a'))),
      );
      expect(made.filter(Boolean)).toHaveLength(1);
      expect(await fresh.store.users.count()).toBe(1);
      await fresh.close();
    });

    test('the last administrator stays one, also when two are taken away at the same time', async () => {
      const { users } = opened.store;
      await users.add({ name: 'bea', role: 'administrator', password: 'x' }, entryOf('user.create'));
      const results = await Promise.all(
        ['ada', 'bea'].map((name) => users.change(name, { role: 'viewer' }, entryOf('user.change'))),
      );
      expect(results.filter((result) => result === 'last-administrator')).toHaveLength(1);
      await users.change('ada', { role: 'administrator' }, entryOf('user.change'));
    });
  });

  describe('sessions', () => {
    const open = (hash: string, replaces?: string): Promise<string> =>
      opened.store.sessions.open(
        { userId: ada.id, hash, address: '10.0.0.1', agent: 'x'.repeat(1000) },
        LIFE,
        entryOf('sign-in'),
        replaces,
      );
    beforeEach(() => opened.database.query('DELETE FROM session'));

    test('a session is found by its hash and ends with its user', async () => {
      await open('first');
      expect(await opened.store.sessions.find('first', LIFE)).toMatchObject({ userId: ada.id, name: 'ada' });
      await opened.store.users.add({ name: 'eve', role: 'administrator', password: 'x' }, entryOf('user.create'));
      await opened.store.users.change('ada', { isDisabled: true }, entryOf('user.change'));
      expect(await opened.store.sessions.find('first', LIFE)).toBeUndefined();
      await opened.store.users.change('ada', { isDisabled: false }, entryOf('user.change'));
      expect(await opened.store.sessions.find('first', LIFE)).toBeUndefined();
    });

    test('a new one ends the one that it replaces', async () => {
      await open('before');
      await open('after', 'before');
      expect(await opened.store.sessions.find('before', LIFE)).toBeUndefined();
      expect(await opened.store.sessions.list(ada.id, LIFE)).toHaveLength(1);
    });

    test.each([
      ['that was not used for too long', 'used_at = used_at - 3600001'],
      ['that is too old, however much it is used', 'expires_at = created_at'],
    ])('one %s is over', async (_title, change) => {
      await open('old');
      await opened.database.query(`UPDATE session SET ${change}`);
      expect(await opened.store.sessions.find('old', LIFE)).toBeUndefined();
      expect(await opened.store.sessions.list(ada.id, LIFE)).toEqual([]);
    });

    test('a change of the password ends the others', async () => {
      const kept = await open('kept');
      await open('other');
      await opened.store.users.changePassword(ada.id, 'new', kept, entryOf('user.password'));
      expect(await opened.store.sessions.find('kept', LIFE)).toBeDefined();
      expect(await opened.store.sessions.find('other', LIFE)).toBeUndefined();
    });
  });

  describe('tries', () => {
    test('after the free ones each failure doubles the wait, up to the most', async () => {
      const { throttle } = opened.store;
      const waits: number[] = [];
      let now = 1_000_000;
      for (let round = 0; round < 12; round += 1) {
        expect(await throttle.take('account a', RULE, now)).toBe(0);
        const wait = await throttle.take('account a', { ...RULE, free: 1000 }, now);
        if (wait > 0) waits.push(wait);
        now += Math.max(wait, 1);
      }
      expect(waits.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
      expect(waits.at(-1)).toBe(60_000);
    });

    test('many at the same time get the free ones only', async () => {
      const takes = Array.from({ length: 20 }, () => opened.store.throttle.take('account b', RULE, 5000));
      const waits = await Promise.all(takes);
      expect(waits.filter((wait) => wait === 0)).toHaveLength(RULE.free);
    });

    test('a good one forgets the failures of the account, and gives one back to the address', async () => {
      const { throttle } = opened.store;
      for (let each = 0; each < 3; each += 1) await throttle.take('account c', RULE, 1);
      expect(await throttle.take('account c', RULE, 1)).toBeGreaterThan(0);
      await throttle.forget('account c');
      expect(await throttle.take('account c', RULE, 1)).toBe(0);
      await throttle.giveBack('account c');
      for (let each = 0; each < 3; each += 1) expect(await throttle.take('account c', RULE, 1)).toBe(0);
    });
  });

  describe('tokens', () => {
    const create = (name: string, expiresAt: number | null) =>
      opened.store.accessTokens.create(
        { name, role: 'editor', hash: `hash of ${name}`, scopes: ['runs:read'], createdBy: 'ada', expiresAt },
        entryOf('token.create', `token/${name}`),
      );

    test('one works until it expires or is withdrawn', async () => {
      const { accessTokens } = opened.store;
      const { id } = await create('good', Date.now() + 60_000);
      await create('over', Date.now() - 1);
      expect(await accessTokens.find('hash of good')).toMatchObject({ name: 'good', scopes: ['runs:read'] });
      expect(await accessTokens.find('hash of over')).toBeUndefined();
      await accessTokens.withdraw(id, entryOf('token.withdraw'));
      expect(await accessTokens.find('hash of good')).toBeUndefined();
      expect(await accessTokens.withdraw(id, entryOf('token.withdraw'))).toBeUndefined();
    });
  });

  describe('the audit trail', () => {
    const fill = async (count: number): Promise<void> => {
      const { audit } = opened.store;
      await Promise.all(Array.from({ length: count }, (_, index) => audit.record(entryOf(`test.${index}`, 'a/b'))));
    };
    const newest = async (): Promise<number> => (await opened.store.audit.list({ limit: 1 }))[0]?.id ?? 0;

    test('many at the same time make one chain without gaps', async () => {
      await fill(20);
      const rows = await opened.store.audit.list({ limit: 20 });
      expect(rows.map(({ id }) => id)).toEqual(rows.map((_, index) => (rows[0]?.id ?? 0) - index));
      expect(await opened.store.audit.verify()).toMatchObject({ isWhole: true, brokenAt: null });
    });

    test('is found by actor, beginning of the action, and subject', async () => {
      await opened.store.audit.record({ ...entryOf('thing.made', 'thing/one'), actor: 'grace', reason: 'because' });
      const { audit } = opened.store;
      expect(await audit.list({ actor: 'grace', action: 'thing', subject: 'thing', limit: 5 })).toMatchObject([
        { actor: 'grace', action: 'thing.made', subject: 'thing/one', reason: 'because' },
      ]);
      expect(await audit.list({ actor: 'grace', action: 'thin', limit: 5 })).toEqual([]);
    });

    test.each([
      ['changed', (id: number) => `UPDATE audit SET actor = 'nobody' WHERE id = ${id - 2}`, 2],
      ['taken out', (id: number) => `DELETE FROM audit WHERE id = ${id - 2}`, 1],
      ['cut off at the end', (id: number) => `DELETE FROM audit WHERE id = ${id}`, 0],
      ['given the hash of another', (id: number) => `UPDATE audit SET hash = 'x' WHERE id = ${id - 2}`, 2],
    ])('an entry that is %s shows', async (_title, tamper, back) => {
      await fill(5);
      const id = await newest();
      const copy = await opened.database.query('SELECT * FROM audit WHERE id >= $1', [id - 2]);
      await opened.database.query(tamper(id));
      expect(await opened.store.audit.verify()).toMatchObject({ isWhole: false, brokenAt: id - back });
      await opened.database.query('DELETE FROM audit WHERE id >= $1', [id - 2]);
      for (const row of copy.rows) {
        const names = Object.keys(row);
        const places = names.map((_, index) => `$${index + 1}`).join();
        await opened.database.query(`INSERT INTO audit (${names.join()}) VALUES (${places})`, Object.values(row));
      }
      expect(await opened.store.audit.verify()).toMatchObject({ isWhole: true });
    });

    test('what is too old goes, and the rest is whole', async () => {
      await fill(5);
      const id = await newest();
      const { rows } = await opened.database.query<{ at: number }>('SELECT at FROM audit WHERE id = $1', [id]);
      await opened.store.audit.record(entryOf('after'));
      const removed = await opened.store.audit.prune((rows[0]?.at ?? 0) + 1);
      expect(removed).toBeGreaterThan(0);
      expect(await opened.store.audit.verify()).toMatchObject({ isWhole: true });
      await opened.store.audit.record(entryOf('later'));
      expect(await opened.store.audit.verify()).toMatchObject({ isWhole: true });
    });
  });
});
