import { beforeAll, describe, expect, test } from '@jest/globals';
import { answerJson, withServer } from '../http/with-server.ts';
import { CANARY, haloClient, withApp } from './with-app.ts';

const app = withApp();
const READ = '/api/v1/clients/halo/read';

beforeAll(async () => {
  await app.apply(haloClient(app));
});

interface Read {
  readonly rows: readonly { readonly id: number }[];
  readonly pages: readonly { readonly rows: number; readonly stop?: string; readonly next?: unknown }[];
  readonly exchanges: readonly { readonly url: string; readonly verdict: string }[];
  readonly isComplete: boolean;
}

async function read(body: object): Promise<Read> {
  const reply = await app.post(READ, body);
  expect(reply).toMatchObject({ status: 200 });
  expect(reply.text).not.toContain(CANARY);
  return reply.body as unknown as Read;
}

describe('reading rows of a list', () => {
  test('tells every call, and why each page was followed by another one or not', async () => {
    const { rows, pages, exchanges, isComplete } = await read({ entity: 'tickets', pages: 100 });
    expect(isComplete).toBe(true);
    expect(rows.length).toBeGreaterThan(100);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    expect(pages[0]).toMatchObject({ position: { page: 1 }, rows: 100, next: { page: 2 } });
    expect(pages.at(-1)?.stop).toBe('total');
    expect(exchanges).toHaveLength(pages.length);
    expect(exchanges[0]).toMatchObject({ method: 'GET', verdict: 'status 200: accept' });
  });

  test('stops after the pages that were asked for, and says that there are more', async () => {
    const { rows, pages, isComplete } = await read({ entity: 'tickets' });
    expect(rows).toHaveLength(100);
    expect(pages).toHaveLength(1);
    expect(isComplete).toBe(false);
  });

  test('asks for what changed', async () => {
    const { exchanges } = await read({ entity: 'tickets', since: '2026-11-01T08:00:00Z' });
    expect(exchanges[0]?.url).toContain('lastupdatefromdate=2026-11-01T08%3A00%3A00');
  });

  test.each([
    [{ entity: 'asset', since: 'yesterday' }, 400, 'ERR_REQUEST_INVALID', /"yesterday" is no date/],
    [{ entity: 'aset' }, 404, 'ERR_ENTITY_UNKNOWN', /did you mean "asset"/],
    [{ entity: 'asset', operation: 'lst' }, 404, 'ERR_OPERATION_UNKNOWN', /did you mean "list"/],
    [{ entity: 'asset', query: { client_id: 'x' } }, 400, 'ERR_PARAMETER_TYPE', /client_id/],
    [{ entity: 'asset', page: 2 }, 400, 'ERR_REQUEST_INVALID', /did you mean "pages"/],
  ])('%j is refused', async (body, status, code, message) => {
    const reply = await app.post(READ, body);
    expect(reply).toMatchObject({ status, body: { code, message: expect.stringMatching(message) } });
  });
});

describe('values to choose from', () => {
  test('a parameter without a list says so', async () => {
    const reply = await app.post('/api/v1/clients/halo/options', { parameter: 'search', entity: 'asset' });
    expect(reply).toMatchObject({ status: 404, body: { message: expect.stringContaining('names no list of values') } });
  });

  test('an unknown parameter gets the nearest name', async () => {
    const reply = await app.post('/api/v1/clients/halo/options', { parameter: 'serch', entity: 'asset' });
    expect(reply).toMatchObject({ status: 404, body: { message: expect.stringContaining('did you mean "search"') } });
  });
});

test('shows no key that a source repeats in the address of its next page', async () => {
  await withServer(
    (request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://any.example');
      const isFirst = searchParams.get('page') === null;
      const next = isFirst ? `/items?page=2&key=${searchParams.get('key') ?? ''}` : null;
      answerJson(response, 200, { items: [{ id: isFirst ? 1 : 2 }], next });
    },
    async (baseUri) => {
      await app.apply(shopClient(baseUri));
      const reply = await app.post('/api/v1/clients/shop/read', { entity: 'items', pages: 5 });
      expect(reply).toMatchObject({ status: 200, body: { rows: [{ id: 1 }, { id: 2 }], isComplete: true } });
      expect(reply.text).not.toContain(CANARY);
    },
  );
});

function shopClient(baseUri: string): object {
  const list = {
    ...{ title: 'Lists items', method: 'GET', path: '/items', records: 'items' },
    paginator: { type: 'next-url', at: 'next' },
  };
  return {
    kind: 'client',
    identifier: 'shop',
    spec: {
      connector: 'http',
      authentication: 'api-key',
      parameters: { baseUri, keyPlace: 'query', keyName: 'key', apiKey: CANARY },
      definition: { entities: { items: { title: 'Items', key: ['id'], operations: { list } } } },
    },
  };
}
