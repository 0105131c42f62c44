import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ConnectedClient } from '../../src/connector/connect.ts';
import { loadConnector } from '../../src/connector/load.ts';
import type { DataRecord } from '../../src/core/record.ts';
import type { Exchange } from '../../src/http/types.ts';
import { errorOf } from '../http/test-transport.ts';
import { answerJson, readBody, withServer } from '../http/with-server.ts';
import { connect, readAll, signal } from './with-connector.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const connector = loadConnector(path.join(ROOT, 'connector/http'));
const KEY = 'made-up key/+=&?';

interface ClientDocument {
  readonly spec: { readonly authentication: string; readonly parameters: object; readonly definition: Definition };
}
interface Definition {
  readonly entities: { readonly orders: { readonly operations: { readonly list: object } } };
}

/** The client of the example, which is what people copy. */
const { spec } = JSON.parse(readFileSync(path.join(ROOT, 'examples/http/client-depot.json'), 'utf8')) as ClientDocument;

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const ORDERS = Array.from({ length: 5 }, (_, index) => ({ id: index + 1, number: `A-${index + 1}`, status: 'open' }));
const MOVEMENTS = [1, 2, 3].map((line) => ({ order: 7, line }));

/** The made-up depot: it refuses calls without the key, sends pages of two, and searches by POST. */
async function withDepot<T>(
  use: (client: ConnectedClient, asked: Asked[]) => Promise<T>,
  own: object = {},
): Promise<T> {
  const asked: Asked[] = [];
  return withServer(
    (request, response) => {
      void readBody(request).then((text) => {
        const url = new URL(request.url ?? '', 'http://x');
        const { key, ...query } = Object.fromEntries(url.searchParams);
        const body: unknown = text === '' ? undefined : JSON.parse(text);
        asked.push({ method: request.method ?? '', path: url.pathname, query, body });
        if (key === KEY) answerJson(response, ...answerTo(asked.at(-1) as Asked));
        else answerJson(response, 403, { message: `The key ${String(key)} is not known here` });
      });
    },
    async (url) => {
      const parameters = { ...spec.parameters, baseUri: `${url}/api/v2/`, apiKey: KEY, ...own };
      const client = connect(connector, { ...spec, parameters });
      try {
        return await use(client, asked);
      } finally {
        client.close();
      }
    },
  );
}

function answerTo({ method, path: place, query, body }: Asked): [number, unknown] {
  const order = (body as { order?: DataRecord } | undefined)?.order;
  switch (`${method} ${place}`) {
    case 'GET /api/v2/orders': {
      const start = (Number(query['page']) - 1) * 2;
      return [200, { count: ORDERS.length, orders: ORDERS.slice(start, start + 2) }];
    }
    case 'GET /api/v2/orders/3':
      return [200, { order: ORDERS[2] }];
    case 'POST /api/v2/movements/search': {
      const start = Number((body as { paging: { after?: string } }).paging.after ?? 0);
      const more = start + 2 < MOVEMENTS.length ? { next: String(start + 2) } : {};
      return [200, { paging: more, result: { rows: MOVEMENTS.slice(start, start + 2) } }];
    }
    case 'POST /api/v2/orders':
      if (order?.['number'] === undefined) return [422, { problems: [{ field: 'number', text: 'is missing' }] }];
      return [201, { order: { ...order, id: 9 } }];
    case 'PATCH /api/v2/orders/9':
      return [200, { order: { id: 9, ...order } }];
    default:
      return [404, { message: 'There is nothing here' }];
  }
}

async function write(
  client: ConnectedClient,
  name: string,
  record: DataRecord,
  args: object = {},
  onExchange?: (exchange: Exchange) => void,
) {
  const operation = client.operation('orders', name);
  const body = client.bodyOf(operation, [{ record, id: null }]);
  return client.call(operation, { ...args, body }, signal, onExchange && { onExchange });
}

describe('a client that defines its own entities', () => {
  test('reads a list page by page, with its own filter', async () => {
    await withDepot(async (client, asked) => {
      const { rows } = await readAll(client, 'orders.list', { query: { status: 'open' } });
      expect(rows).toEqual(ORDERS);
      expect(asked.map(({ query }) => query)).toEqual(
        ['1', '2', '3'].map((page) => ({ page, size: '100', sort: 'id', status: 'open' })),
      );
    });
  });

  test('asks for what changed, in the query or in the body', async () => {
    await withDepot(async (client, asked) => {
      const since = Date.parse('2026-11-01T00:00:00Z');
      await readAll(client, 'orders.list', {}, { since });
      await readAll(client, 'movements.list', {}, { since });
      expect(asked[0]?.query).toMatchObject({ changedSince: '2026-11-01T00:00:00.000Z' });
      expect(asked.at(-1)?.body).toMatchObject({ from: 1_793_491_200 });
    });
  });

  test('reads by POST, with the cursor and the filter in the body', async () => {
    await withDepot(async (client, asked) => {
      const { rows } = await readAll(client, 'movements.list');
      expect(rows).toEqual(MOVEMENTS);
      expect(asked.map(({ body }) => body)).toEqual([
        { kinds: ['in', 'out'], paging: { size: 200 } },
        { kinds: ['in', 'out'], paging: { size: 200, after: '2' } },
      ]);
    });
  });

  test('reads one record out of what stands around it', async () => {
    await withDepot(async (client) => {
      const { rows } = await readAll(client, 'orders.get', { path: { id: 3 } });
      expect(rows).toEqual([ORDERS[2]]);
    });
  });

  test('creates and updates by calls of their own, each record in its envelope', async () => {
    await withDepot(async (client, asked) => {
      const created = await write(client, 'create', { number: 'A-9' });
      expect(created.body).toEqual({ order: { id: 9, number: 'A-9' } });
      await write(client, 'update', { status: 'sent' }, { path: { id: 9 } });
      expect(asked.map(({ method, path: place, body }) => [method, place, body])).toEqual([
        ['POST', '/api/v2/orders', { order: { number: 'A-9' } }],
        ['PATCH', '/api/v2/orders/9', { order: { status: 'sent' } }],
      ]);
    });
  });

  test('tells a refusal in the words of the system, as the definition puts them together', async () => {
    await withDepot(async (client) => {
      expect(await errorOf(write(client, 'create', { status: 'open' }))).toMatchObject({
        message: expect.stringMatching(/POST \/api\/v2\/orders answered 422: number: is missing$/),
      });
    });
  });
});

describe('a key in the query', () => {
  test('stands in no exchange, as it is or encoded', async () => {
    await withDepot(async (client) => {
      const exchanges: Exchange[] = [];
      await readAll(client, 'orders.list', {}, { onExchange: (exchange) => exchanges.push(exchange) });
      await write(client, 'create', { number: 'A-9' }, {}, (exchange) => exchanges.push(exchange));
      expect(exchanges).toHaveLength(4);
      expectNoKey(JSON.stringify(exchanges), KEY);
    });
  });

  test('stands in no error, also where the system repeats it', async () => {
    const wrong = 'made-up wrong/key+';
    await withDepot(
      async (client) => {
        const exchanges: Exchange[] = [];
        const error = (await errorOf(
          readAll(client, 'orders.list', {}, { onExchange: (exchange) => exchanges.push(exchange) }),
        )) as Error & { details: object };
        expect(error).toMatchObject({ code: 'ERR_FORBIDDEN', message: expect.stringContaining('is not known here') });
        expectNoKey(JSON.stringify([error.message, error.details, exchanges]), wrong);
      },
      { apiKey: wrong },
    );
  });

  function expectNoKey(text: string, key: string): void {
    for (const form of [key, encodeURIComponent(key), new URLSearchParams({ '': key }).toString().slice(1)]) {
      expect(text).not.toContain(form);
    }
  }
});

describe('a wrong definition', () => {
  const { list } = spec.definition.entities.orders.operations;
  const orders = (wrong: object) => ({
    entities: { orders: { title: 'Orders', key: ['id'], operations: { list: { ...list, ...wrong } } } },
  });

  test.each([
    [{ paginator: 'pagse' }, 'operations.list.paginator: unknown paginator "pagse" (did you mean "pages"?)'],
    [{ paginator: undefined }, 'operations.list.paginator: is missing'],
    [{ record: 'orders' }, 'operations.list.record: unknown key (did you mean "records"?)'],
    [{ path: '/orders/{id}' }, 'operations.list.pathParameters.id: is missing, the path has {id}'],
    [{ path: '/orders?sort=id' }, 'operations.list.path: must be a plain path'],
    [{ query: { depot: '&{config.depott}' } }, 'operations.list.query.depot: unknown parameter "depott"'],
    [
      { delta: { parameter: 'since', format: 'unix' } },
      'operations.list.delta.format: "unix" is no form of an instant',
    ],
    [
      { queryParameters: { status: { template: '&{valeu}' } } },
      'operations.list.queryParameters.status.template: unknown name "valeu" in "valeu" (did you mean "value"?)',
    ],
  ])('%j is told with its path', async (wrong, message) => {
    const definition = { ...spec.definition, ...JSON.parse(JSON.stringify(orders(wrong))) } as object;
    const refused = errorOf(
      Promise.resolve().then(() =>
        connect(connector, { ...spec, parameters: { ...own('https://x.example.com') }, definition }),
      ),
    );
    expect(await refused).toMatchObject({
      message: expect.stringContaining(`spec.definition.entities.orders.${message}`),
    });
  });

  test('is told where a message cannot be put together', async () => {
    const definition = { errorMessages: ['message', '?{join(}'] };
    const refused = errorOf(
      Promise.resolve().then(() =>
        connect(connector, { ...spec, parameters: own('https://x.example.com'), definition }),
      ),
    );
    expect(await refused).toMatchObject({ message: expect.stringContaining('spec.definition.errorMessages[1]: ') });
  });
});

function own(baseUri: string): object {
  return { ...spec.parameters, baseUri, apiKey: KEY };
}

test('an application fetches its token where it is told, and sends no field that was left open', async () => {
  const forms: string[] = [];
  await withServer(
    (request, response) => {
      void readBody(request).then((body) => {
        if (request.url === '/token') {
          forms.push(body);
          answerJson(response, 200, { data: { jwt: 'made-up-access' } });
        } else answerJson(response, request.headers.authorization === 'Bearer made-up-access' ? 200 : 401, []);
      });
    },
    async (url) => {
      const client = connect(connector, {
        authentication: 'oauth2-client-credentials',
        parameters: {
          ...{ baseUri: url, tokenUri: `${url}/token`, clientId: 'id', clientSecret: 'made-up-secret' },
          tokenAt: 'data.jwt',
        },
        definition: {
          entities: {
            things: {
              ...{ title: 'Things', key: ['id'] },
              operations: {
                list: { title: 'Lists things', method: 'GET', path: '/things', records: '', paginator: 'single' },
              },
            },
          },
        },
      });
      expect((await readAll(client, 'things.list')).rows).toEqual([]);
      client.close();
    },
  );
  expect(forms).toEqual(['grant_type=client_credentials&client_id=id&client_secret=made-up-secret']);
});
