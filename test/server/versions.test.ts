import { beforeAll, describe, expect, test } from '@jest/globals';
import { CANARY, haloClient, type Reply, ticketsIncoming, withApp } from './with-app.ts';

const app = withApp();
const API = '/api/v1';
const ROUTE = `${API}/documents/value-map/levels`;
const levels = { kind: 'value-map', identifier: 'levels', spec: { rows: [['1', 'high']], noMatch: 'keep' } };

function put(document: object, headers: Record<string, string> = {}): Promise<Reply> {
  return app.send('PUT', ROUTE, { ...levels, ...document }, { role: 'editor', headers });
}

beforeAll(async () => {
  await put({}, { 'x-reason': 'First of all' });
  await put({ name: 'Levels' });
  await put({ name: 'Levels', spec: { rows: [['1', 'low']], noMatch: 'keep' } }, { 'x-reason': 'They were wrong' });
});

describe('versions', () => {
  test('each save is one, with who, why and what', async () => {
    const { body } = await app.get(`${ROUTE}/versions`);
    expect(body).toMatchObject({
      items: [
        {
          ...{ version: 3, action: 'update', author: 'editor', reason: 'They were wrong' },
          changes: [{ op: 'replace', path: 'spec.rows[0][1]', from: 'high', to: 'low' }],
        },
        { version: 2, action: 'update', reason: null, changes: [{ op: 'add', path: 'name', to: 'Levels' }] },
        { version: 1, action: 'create', author: 'editor', reason: 'First of all' },
      ],
      nextCursor: null,
    });
  });

  test('a save of the same is none', async () => {
    await put({ name: 'Levels', spec: { rows: [['1', 'low']], noMatch: 'keep' } });
    expect((await app.get(`${ROUTE}/versions`)).body['items']).toHaveLength(3);
  });

  test('they come in pages, and one by one', async () => {
    const first = await app.get(`${ROUTE}/versions?limit=2`);
    expect(first.body['items']).toMatchObject([{ version: 3 }, { version: 2 }]);
    const next = await app.get(`${ROUTE}/versions?limit=2&cursor=${String(first.body['nextCursor'])}`);
    expect(next.body).toMatchObject({ items: [{ version: 1 }], nextCursor: null });
    const one = await app.get(`${ROUTE}/versions/2`);
    expect(one.body).toMatchObject({ version: 2, document: { name: 'Levels', spec: { rows: [['1', 'high']] } } });
    expect((await app.get(`${ROUTE}/versions/77`)).status).toBe(404);
    expect((await app.get(`${API}/documents/value-map/never/versions`)).status).toBe(404);
  });

  test('an old one comes back as a new one', async () => {
    const reply = await app.post(`${ROUTE}/rollback`, { version: 1, reason: 'It was right' });
    expect(reply).toMatchObject({ status: 200, body: { spec: { rows: [['1', 'high']] } } });
    expect(reply.headers.get('etag')).toBe('"4"');
    const { body } = await app.get(`${ROUTE}/versions?limit=1`);
    expect(body['items']).toMatchObject([{ version: 4, author: 'administrator', reason: 'It was right' }]);
  });

  test('what was deleted comes back, and its numbers go on', async () => {
    const gone = { kind: 'storage', identifier: 'gone', spec: {} };
    const address = `${API}/documents/storage/gone`;
    await app.send('PUT', address, gone);
    await app.send('DELETE', address, undefined, { headers: { 'x-reason': 'Nobody needs it' } });
    expect((await app.get(`${address}/versions`)).body['items']).toMatchObject([
      { version: 2, action: 'delete', reason: 'Nobody needs it' },
      { version: 1 },
    ]);
    const deletion = await app.post(`${address}/rollback`, { version: 2 });
    expect(deletion).toMatchObject({ status: 409, body: { code: 'ERR_VERSION_DELETED' } });
    expect((await app.post(`${address}/rollback`, { version: 1 })).status).toBe(200);
    expect((await app.get(address)).headers.get('etag')).toBe('"3"');
  });

  test('a viewer reads them and brings none back', async () => {
    expect((await app.send('GET', `${ROUTE}/versions`, undefined, { role: 'viewer' })).status).toBe(200);
    expect((await app.send('POST', `${ROUTE}/rollback`, { version: 1 }, { role: 'operator' })).status).toBe(403);
  });

  test('the rows of a value map, changed alone, are a version too', async () => {
    await app.send('PUT', `${API}/value-maps/levels/rows`, { rows: [['9', 'none']] }, { role: 'editor' });
    const { body } = await app.get(`${ROUTE}/versions?limit=1`);
    expect(body['items']).toMatchObject([{ author: 'editor', changes: [{ path: 'spec.rows[0][0]' }, { to: 'none' }] }]);
  });
});

describe('secrets in versions', () => {
  test('one that changed shows as changed, and a rollback keeps that of today', async () => {
    const address = `${API}/documents/client/halo`;
    await app.apply(haloClient(app), ticketsIncoming());
    await app.apply(haloClient(app, 'halo', { clientSecret: `${CANARY}-other` }));
    const { body } = await app.get(`${address}/versions`);
    expect(body['items']).toMatchObject([
      { changes: [{ path: 'spec.parameters.clientSecret', from: '(secret)', to: '(another secret)' }] },
      { action: 'create' },
    ]);
    const back = await app.post(`${address}/rollback`, { version: 1 });
    expect(back.status).toBe(200);
    // Nothing but the secret differed, so nothing is written.
    expect(back.headers.get('etag')).toBe('"2"');
    expect((await app.get(`${API}/audit?subject=client/halo`)).body['items']).toMatchObject([
      { action: 'document.update', after: { spec: { parameters: { clientSecret: '(another secret)' } } } },
      { action: 'document.create', before: null },
    ]);
  });
});

describe('two people at the same document', () => {
  test('the second is refused when the first was faster', async () => {
    const tag = (await app.get(ROUTE)).headers.get('etag') ?? '';
    expect((await put({ name: 'By the first' }, { 'if-match': tag })).status).toBe(200);
    const second = await put({ name: 'By the second' }, { 'if-match': tag });
    expect(second).toMatchObject({ status: 412, body: { code: 'ERR_VERSION_CONFLICT' } });
    expect((await app.send('DELETE', ROUTE, undefined, { headers: { 'if-match': tag } })).status).toBe(412);
    expect((await app.get(ROUTE)).body).toMatchObject({ name: 'By the first' });
  });

  test('of many at the same time one wins', async () => {
    const tag = (await app.get(ROUTE)).headers.get('etag') ?? '';
    const names = Array.from({ length: 8 }, (_, index) => `At once ${index}`);
    const replies = await Promise.all(names.map((name) => put({ name }, { 'if-match': tag })));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 412)).toHaveLength(7);
  });

  test('a new document can insist on being new', async () => {
    expect((await put({}, { 'if-none-match': '*' })).status).toBe(412);
  });

  test('a tag that is none of ours is refused', async () => {
    expect((await put({}, { 'if-match': 'W/"abc"' })).status).toBe(400);
  });
});

describe('drafts', () => {
  const address = `${API}/documents/client/halo`;

  test('are not live before they are published, and their secrets never come out', async () => {
    const draft = haloClient(app, 'halo', { clientSecret: `${CANARY}-of-the-draft` });
    const saved = await app.send('PUT', `${address}/draft`, { ...draft, name: 'Drafted' }, { role: 'editor' });
    expect(saved).toMatchObject({ status: 200, body: { author: 'editor', isBehind: false } });
    expect((await app.get(address)).body['name']).toBeUndefined();
    expect((await app.get(`${address}/draft`)).body).toMatchObject({ document: { name: 'Drafted' } });
    const published = await app.post(`${address}/draft/publish`, { reason: 'Ready' });
    expect(published).toMatchObject({ status: 200, body: { name: 'Drafted' } });
    expect((await app.get(`${address}/draft`)).status).toBe(404);
    expect((await app.get(`${address}/versions?limit=1`)).body['items']).toMatchObject([{ reason: 'Ready' }]);
  });

  test('may be wrong, and then cannot be published', async () => {
    const broken = { kind: 'route', identifier: 'nowhere', spec: { incoming: 'none', outgoing: 'none' } };
    expect((await app.send('PUT', `${API}/documents/route/nowhere/draft`, broken)).status).toBe(200);
    const reply = await app.post(`${API}/documents/route/nowhere/draft/publish`);
    expect(reply).toMatchObject({ status: 400, body: { code: 'ERR_DOCUMENTS_INVALID' } });
    expect((await app.send('DELETE', `${API}/documents/route/nowhere/draft`)).status).toBe(204);
    expect((await app.send('DELETE', `${API}/documents/route/nowhere/draft`)).status).toBe(404);
  });

  test('are behind when the document moved on, until they are saved again', async () => {
    const mine = { ...levels, name: 'Mine' };
    await app.send('PUT', `${ROUTE}/draft`, mine);
    await put({ name: 'Theirs' });
    expect((await app.get(`${ROUTE}/draft`)).body).toMatchObject({ isBehind: true });
    expect((await app.post(`${ROUTE}/draft/publish`)).status).toBe(412);
    await app.send('PUT', `${ROUTE}/draft`, mine);
    expect(await app.post(`${ROUTE}/draft/publish`)).toMatchObject({ status: 200, body: { name: 'Mine' } });
  });

  test('of a client whose connector nobody knows show no parameter', async () => {
    const odd = { kind: 'client', identifier: 'odd', spec: { connector: 'unknown', parameters: { key: CANARY } } };
    const reply = await app.send('PUT', `${API}/documents/client/odd/draft`, odd);
    expect(reply).toMatchObject({ status: 200, body: { document: { spec: { parameters: {} } } } });
  });
});
