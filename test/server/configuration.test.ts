import { beforeAll, describe, expect, test } from '@jest/globals';
import { CANARY, haloClient, ticketsIncoming, withApp } from './with-app.ts';

const app = withApp();
const API = '/api/v1';

const storage = { kind: 'storage', identifier: 'seen-before', spec: {} };
const valueMap = { kind: 'value-map', identifier: 'priorities', spec: { rows: [['1', 'high']], noMatch: 'keep' } };

function submit(...documents: unknown[]): { source: string; document: unknown }[] {
  return documents.map((document, index) => ({ source: `file-${index}.json`, document }));
}

beforeAll(async () => {
  await app.apply(haloClient(app), ticketsIncoming(), storage, valueMap);
});

describe('apply', () => {
  const broken = {
    kind: 'incoming',
    identifier: 'broken',
    spec: { subscriber: { type: 'connector', client: 'halo', entity: 'tickts', operation: 'list' } },
  };

  test('is all or nothing, and names every problem by source and path', async () => {
    const fine = { ...storage, identifier: 'not-created' };
    const reply = await app.post(`${API}/documents/apply`, { documents: submit(fine, broken) });
    expect(reply).toMatchObject({ status: 400, body: { code: 'ERR_DOCUMENTS_INVALID' } });
    expect(reply.body['message']).toContain('file-1.json (incoming "broken")');
    expect(reply.body['message']).toContain('did you mean "tickets"?');
    expect(await app.get(`${API}/documents/storage/not-created`)).toMatchObject({ status: 404 });
  });

  test('many at the same time all succeed', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `together-${index}`);
    const replies = await Promise.all(
      names.map((identifier) => app.post(`${API}/documents/apply`, { documents: submit({ ...storage, identifier }) })),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test('a problem of the envelope has its path', async () => {
    const reply = await app.post(`${API}/documents/apply`, { documents: submit({ ...storage, specs: {} }, 7) });
    expect(reply.body).toMatchObject({
      code: 'ERR_DOCUMENTS_INVALID',
      details: {
        problems: [
          { source: 'file-0.json', problems: [{ path: 'specs', message: 'unknown key (did you mean "spec"?)' }] },
          { source: 'file-1.json' },
        ],
      },
    });
  });

  test('a dry run says what would change, and changes nothing', async () => {
    const documents = submit({ ...storage, identifier: 'only-planned' }, storage);
    const reply = await app.post(`${API}/documents/apply`, { documents, dryRun: true });
    expect(reply).toMatchObject({
      status: 200,
      body: {
        changes: [
          { action: 'create', kind: 'storage', identifier: 'only-planned' },
          { action: 'unchanged', kind: 'storage', identifier: 'seen-before' },
        ],
        problems: [],
      },
    });
    expect(await app.get(`${API}/documents/storage/only-planned`)).toMatchObject({ status: 404 });
  });
});

describe('one document', () => {
  const address = `${API}/documents/storage/one`;
  const one = { kind: 'storage', identifier: 'one', name: 'One', spec: {} };

  test('is created, read, changed and deleted', async () => {
    expect(await app.send('PUT', address, one)).toMatchObject({ status: 201, body: one });
    expect(await app.send('PUT', address, { ...one, name: 'Other' })).toMatchObject({ status: 200 });
    expect(await app.get(address)).toMatchObject({ status: 200, body: { name: 'Other' } });
    expect(await app.send('DELETE', address)).toMatchObject({ status: 204, text: '' });
    expect(await app.get(address)).toMatchObject({ status: 404, body: { code: 'ERR_NOT_FOUND' } });
    expect(await app.send('DELETE', address)).toMatchObject({ status: 404, body: { code: 'ERR_NOT_FOUND' } });
  });

  test('must be named as in its address', async () => {
    const reply = await app.send('PUT', address, { ...one, identifier: 'two' });
    expect(reply.body).toMatchObject({ code: 'ERR_REQUEST_INVALID', details: { problems: [{ path: 'identifier' }] } });
  });

  test('an unknown kind is refused with the known ones', async () => {
    const reply = await app.get(`${API}/documents/clients/halo`);
    expect(reply).toMatchObject({ status: 400, body: { details: { problems: [{ path: 'path.kind' }] } } });
  });

  test('is not deleted while another refers to it', async () => {
    const reply = await app.send('DELETE', `${API}/documents/client/halo`);
    expect(reply).toMatchObject({ status: 409, body: { code: 'ERR_IN_USE' } });
    expect(reply.body['message']).toContain('incoming "tickets"');
  });
});

describe('secrets', () => {
  test('go in and never come out, and an update without them keeps them', async () => {
    const read = await app.get(`${API}/documents/client/halo`);
    expect(read.text).not.toContain('clientSecret');
    const put = await app.send('PUT', `${API}/documents/client/halo`, { ...read.body, name: 'Halo' });
    expect(put).toMatchObject({ status: 200, body: { name: 'Halo' } });
    expect(await app.post(`${API}/clients/halo/test`)).toMatchObject({ status: 200, body: { ok: true } });
  });

  test('are in no message about a document that is wrong', async () => {
    const [client] = [haloClient(app, 'wrong', { clientSecrets: CANARY, scopes: 7 })];
    const reply = await app.post(`${API}/documents/apply`, { documents: submit(client) });
    expect(reply).toMatchObject({ status: 400, body: { code: 'ERR_DOCUMENTS_INVALID' } });
  });

  test('the name of a variable is no secret', async () => {
    await app.apply(haloClient(app, 'by-variable', { clientSecret: '${HALO_SECRET}' }));
    const read = await app.get(`${API}/documents/client/by-variable`);
    expect(read.text).toContain('${HALO_SECRET}');
  });
});

describe('lists', () => {
  test('of documents are complete and in stable order, by kind where asked', async () => {
    const all = (await app.get(`${API}/documents`)).body['items'] as { kind: string; identifier: string }[];
    const names = all.map(({ kind, identifier }) => `${kind}/${identifier}`);
    expect(names).toEqual([...names].sort());
    expect(names).toContain('incoming/tickets');
    const clients = await app.get(`${API}/documents?kind=client`);
    expect(clients.body).toMatchObject({
      items: [{ identifier: 'by-variable' }, { identifier: 'halo' }],
      nextCursor: null,
    });
  });

  test('come in pages', async () => {
    const names: string[] = [];
    let cursor: unknown = undefined;
    do {
      const page = await app.get(`${API}/documents?limit=2${typeof cursor === 'string' ? `&cursor=${cursor}` : ''}`);
      const items = page.body['items'] as { kind: string; identifier: string }[];
      expect(items.length).toBeLessThanOrEqual(2);
      names.push(...items.map(({ kind, identifier }) => `${kind}/${identifier}`));
      cursor = page.body['nextCursor'];
    } while (cursor !== null);
    const all = (await app.get(`${API}/documents`)).body['items'] as unknown[];
    expect(new Set(names).size).toBe(all.length);
  });

  test.each(['clients', 'incomings', 'outgoings', 'routes', 'transformers', 'storages', 'value-maps'])(
    '%s are documents with their state',
    async (view) => {
      const reply = await app.get(`${API}/${view}`);
      expect(reply).toMatchObject({ status: 200, body: { items: expect.any(Array), nextCursor: null } });
      for (const item of reply.body['items'] as object[]) expect(item).toMatchObject({ state: { problems: [] } });
    },
  );

  test('clients tell their pause and the end of their token, incomings their runs', async () => {
    await app.platform.store.clients.pause('by-variable', 60_000);
    const clients = (await app.get(`${API}/clients`)).body['items'] as { identifier: string; state: object }[];
    expect(clients).toMatchObject([
      { identifier: 'by-variable', state: { pausedUntil: expect.stringMatching(/Z$/), tokenExpiresAt: null } },
      { identifier: 'halo', state: { pausedUntil: null } },
    ]);
    expect((await app.get(`${API}/incomings`)).body['items']).toMatchObject([
      { state: { nextRunAt: null, lastRun: null } },
    ]);
  });

  test('a cursor that is none of ours is refused', async () => {
    expect(await app.get(`${API}/runs?cursor=abc`)).toMatchObject({
      status: 400,
      body: { code: 'ERR_REQUEST_INVALID' },
    });
    expect(await app.get(`${API}/tasks?cursor=MTphYmM`)).toMatchObject({ status: 400 });
  });
});

describe('storages', () => {
  const entries = `${API}/storages/seen-before/entries`;

  test('an entry of any JSON is written, read, found and deleted', async () => {
    const key = encodeURIComponent('ticket/4711 ü');
    for (const value of [{ a: [1, null] }, 'text', 0, null]) {
      expect(await app.send('PUT', `${entries}/${key}`, { value })).toMatchObject({ status: 200, body: { value } });
      expect(await app.get(`${entries}/${key}`)).toMatchObject({ status: 200, body: { key: 'ticket/4711 ü', value } });
    }
    expect((await app.get(`${entries}?search=TICKET`)).body).toMatchObject({ items: [{ key: 'ticket/4711 ü' }] });
    expect(await app.send('DELETE', `${entries}/${key}`)).toMatchObject({ status: 204 });
    expect(await app.get(`${entries}/${key}`)).toMatchObject({ status: 404 });
    expect(await app.send('DELETE', `${entries}/${key}`)).toMatchObject({ status: 404 });
  });

  test('come in pages', async () => {
    for (const key of ['a', 'b', 'c']) await app.send('PUT', `${entries}/${key}`, { value: key });
    const first = await app.get(`${entries}?limit=2`);
    expect(first.body['items']).toMatchObject([{ key: 'a' }, { key: 'b' }]);
    const second = await app.get(`${entries}?limit=2&cursor=${String(first.body['nextCursor'])}`);
    expect(second.body).toMatchObject({ items: [{ key: 'c' }], nextCursor: null });
  });

  test('without a document there is no storage', async () => {
    const reply = await app.get(`${API}/storages/seen-befor/entries`);
    expect(reply).toMatchObject({ status: 404, body: { code: 'ERR_NOT_FOUND' } });
    expect(reply.body['message']).toContain('did you mean "seen-before"?');
    expect(await app.send('PUT', `${API}/storages/none/entries/a`, { value: 1 })).toMatchObject({ status: 404 });
  });
});

describe('value maps', () => {
  test('rows are replaced, the rule for no match stays', async () => {
    const rows = [
      ['1', 'urgent'],
      ['2', null],
    ];
    const reply = await app.send('PUT', `${API}/value-maps/priorities/rows`, { rows });
    expect(reply).toMatchObject({ status: 200, body: { spec: { rows, noMatch: 'keep' } } });
    expect((await app.get(`${API}/value-maps/priorities`)).body).toMatchObject({ spec: { rows } });
  });

  test('a row that is no pair is refused with its path', async () => {
    const reply = await app.send('PUT', `${API}/value-maps/priorities/rows`, { rows: [['1', 'a'], ['2']] });
    expect(reply).toMatchObject({ status: 400, body: { details: { problems: [{ path: 'rows[1]' }] } } });
    expect(await app.send('PUT', `${API}/value-maps/none/rows`, { rows: [] })).toMatchObject({ status: 404 });
  });
});

describe('values that a value map does not have', () => {
  const unmatched = `${API}/value-maps/priorities/unmatched`;
  const count = (value: string, times: number) => ({ valueMap: 'priorities', value, count: times, sample: 'k1' });

  async function note(): Promise<void> {
    const { store } = app.platform;
    await store.unmatched.clear('priorities');
    await store.unmatched.add([count('"low"', 2), count('9', 5), count('"x"', 2)]);
  }

  test('are listed in pages, the most frequent first', async () => {
    await note();
    const first = await app.get(`${unmatched}?limit=2`);
    expect(first.body['items']).toMatchObject([
      { value: 9, count: 5, sampleKey: 'k1', firstAt: expect.stringMatching(/Z$/) },
      { value: 'low', count: 2 },
    ]);
    const second = await app.get(`${unmatched}?limit=2&cursor=${String(first.body['nextCursor'])}`);
    expect(second.body).toMatchObject({ items: [{ value: 'x' }], nextCursor: null });
    expect(await app.get(`${API}/value-maps/none/unmatched`)).toMatchObject({ status: 404 });
  });

  test('go when rows for them are added, or when they are cleared', async () => {
    await note();
    await app.send('PUT', `${API}/value-maps/priorities/rows`, {
      rows: [
        ['1', 'urgent'],
        ['low', 'old'],
      ],
    });
    const added = await app.post(`${API}/value-maps/priorities/rows`, {
      rows: [
        ['low', 4],
        ['9', 1],
      ],
    });
    expect(added).toMatchObject({
      status: 200,
      body: {
        spec: {
          rows: [
            ['1', 'urgent'],
            ['low', 4],
            ['9', 1],
          ],
        },
      },
    });
    expect((await app.get(unmatched)).body).toMatchObject({ items: [{ value: 'x' }] });
    await note();
    expect(await app.post(`${unmatched}/clear`, { values: ['x'] })).toMatchObject({ body: { cleared: 1 } });
    expect(await app.post(`${unmatched}/clear`, {})).toMatchObject({ body: { cleared: 2 } });
  });
});

describe('connectors', () => {
  test('are listed and tell what a form needs', async () => {
    const list = await app.get(`${API}/connectors`);
    const halo = expect.objectContaining({ name: 'haloitsm', title: 'HaloITSM' });
    expect(list.body).toMatchObject({ items: expect.arrayContaining([halo]), nextCursor: null });
    const { body } = await app.get(`${API}/connectors/haloitsm`);
    expect(body).toMatchObject({
      parameters: { clientSecret: { secret: true }, baseUri: { format: 'uri' } },
      authentications: { 'client-credentials': { parameters: ['clientId', 'clientSecret'] } },
    });
    const entities = body['entities'] as { name: string; key: string[]; operations: { name: string }[] }[];
    expect(entities.find(({ name }) => name === 'tickets')).toMatchObject({
      key: ['id'],
      operations: expect.arrayContaining([
        expect.objectContaining({
          name: 'list',
          title: 'Lists tickets',
          action: 'list',
          status: 'stable',
          queryParameters: expect.objectContaining({ open_only: expect.objectContaining({ type: 'boolean' }) }),
        }),
      ]),
    });
  });

  test('an unknown one is told with the nearest name', async () => {
    const reply = await app.get(`${API}/connectors/haloitms`);
    expect(reply).toMatchObject({ status: 404, body: { code: 'ERR_NOT_FOUND' } });
    expect(reply.body['message']).toContain('did you mean "haloitsm"?');
  });

  test('components come with the schemas of their options', async () => {
    const { body } = await app.get(`${API}/components`);
    expect(body['transformers']).toEqual(
      expect.arrayContaining([expect.objectContaining({ type: 'map', options: expect.any(Object) })]),
    );
    expect(body).toMatchObject({
      subscribers: [{ type: 'connector' }, { type: 'file' }, { type: 'storage' }, { type: 'webhook' }],
      publishers: [{ type: 'connector' }, { type: 'file' }, { type: 'none' }, { type: 'storage' }],
    });
  });
});
