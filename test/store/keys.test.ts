import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSealer, type Sealer } from '../../src/core/sealing.ts';
import { resealDocument } from '../../src/engine/document-secrets.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { describeEngines } from '../support/engines.ts';
import { openTestStore, TEST_KEY, type TestStore } from '../support/with-store.ts';

const NEXT = 'the next master key for tests, not secret';
const CLIENTS = 250;
const PLACE = 'document/client/halo/parameters/secret';
const ENTRY = { actor: 'test', address: null, action: 'keys.rotated', subject: 'keys' };

describeEngines('a change of the master key', ['embedded', 'postgres'], (engine) => {
  let opened: TestStore;
  let store: Store;
  const open = (sealer: Sealer): Promise<Store> => openStore(opened.database, sealer, resealDocument);
  const both = createSealer(NEXT, [TEST_KEY]);
  const readToken = (from: Store, client: string) => from.clients.read(client, 'key');

  beforeAll(async () => {
    opened = await openTestStore(engine);
    store = opened.store;
    const sealed = createSealer(TEST_KEY).seal('hidden', PLACE);
    const body = JSON.stringify({
      ...{ kind: 'client', identifier: 'halo', spec: { parameters: { secret: sealed, plain: 'x' } } },
    });
    await store.documents.change([{ action: 'write', kind: 'client', identifier: 'halo', body }], 0, Date.now());
    await store.drafts.write('client', 'halo', { body: '{"draft": true}', author: 'ada', base: 1 });
    for (let each = 0; each < CLIENTS; each += 1) {
      await store.clients.write(`client-${each}`, 'key', { accessToken: `token ${each}`, expiresAtMs: 1 });
    }
  });
  afterAll(() => opened.close());

  test('needs to know the key before', async () => {
    await expect(open(createSealer(NEXT))).rejects.toMatchObject({ code: 'ERR_KEY_WRONG' });
  });

  test('reads what either key has sealed, and seals with the new one', async () => {
    const fresh = await open(both);
    expect(await readToken(fresh, 'client-7')).toMatchObject({ accessToken: 'token 7' });
    expect(await fresh.keys.state()).toMatchObject({ left: CLIENTS + 4, orphaned: [] });
  });

  test('goes on where it was interrupted; meanwhile a process has to know both keys', async () => {
    const first = await (await open(both)).keys.rotate();
    expect(first).toBe(200);
    await expect(open(createSealer(NEXT))).rejects.toMatchObject({ code: 'ERR_KEY_WRONG' });
    await expect(open(createSealer(TEST_KEY))).rejects.toMatchObject({ code: 'ERR_KEY_WRONG' });
    // A process that seals with the old key and knows the new one works on.
    expect(await readToken(await open(createSealer(TEST_KEY, [NEXT])), 'client-9')).toBeDefined();

    const again = await open(both);
    expect(await again.keys.rotate()).toBe(CLIENTS + 4 - first);
    expect(await again.keys.rotate()).toBe(0);
    await again.keys.end(again.audit, ENTRY);
  });

  test('afterwards the new key is enough for everything, and the old one opens nothing', async () => {
    await expect(open(createSealer(TEST_KEY))).rejects.toMatchObject({ code: 'ERR_KEY_WRONG' });
    const sealer = createSealer(NEXT);
    const fresh = await open(sealer);
    for (const each of [0, 99, CLIENTS - 1]) {
      expect(await readToken(fresh, `client-${each}`)).toMatchObject({ accessToken: `token ${each}` });
    }
    const { body = '' } = (await fresh.documents.get('client', 'halo')) ?? {};
    const { spec } = JSON.parse(body) as { spec: { parameters: { secret: { $sealed: string }; plain: string } } };
    expect(sealer.open(spec.parameters.secret, PLACE)).toBe('hidden');
    expect(spec.parameters.plain).toBe('x');
    expect((await fresh.versions.list('client', 'halo', undefined, 1))[0]?.body).toContain(`v1.${sealer.keyId}.`);
    expect(await fresh.drafts.find('client', 'halo')).toMatchObject({ body: '{"draft": true}' });
    expect(await fresh.audit.verify()).toMatchObject({ isWhole: true });
    expect(await fresh.keys.state()).toEqual({ keyId: sealer.keyId, acceptedIds: [], left: 0, orphaned: [] });
  });

  test('what no key opens is named, and stops it', async () => {
    const stray = createSealer('a key that nobody has any more').seal('lost', 'client_state/stray/token').$sealed;
    await opened.database.query('INSERT INTO client_state (client, token) VALUES ($1, $2)', ['stray', stray]);
    const fresh = await open(createSealer(NEXT));
    expect(await fresh.keys.state()).toMatchObject({ left: 1, orphaned: ['client_state/stray'] });
    await expect(fresh.keys.rotate()).rejects.toMatchObject({ code: 'ERR_KEY_WRONG' });
  });
});
