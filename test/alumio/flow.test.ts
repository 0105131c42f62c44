import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Api, ApiError } from '../../src/cli/api.ts';
import { applyImported } from '../../src/cli/commands/apply-imported.ts';
import { importExport } from '../../src/cli/commands/import-alumio.ts';
import type { ConfigError } from '../../src/core/errors.ts';
import type { Submitted } from '../../src/engine/check-envelopes.ts';
import { answerJson, readBody, withServer } from '../http/with-server.ts';
import { type Engine, ENGINES } from '../support/engines.ts';
import { withPlatform } from '../support/with-platform.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-flow-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const part = (prototype: string, parameters: object = []) => ({ prototype, parameters });
const object = (type: string, identifier: string, parameters: object, prototype?: string) => ({
  ...{ type, identifier, name: identifier, description: '', owner: null, disabled: false },
  object: { ...(prototype !== undefined && { prototype }), parameters },
});
const set = (...pairs: [string, unknown, ...object[]][]) =>
  part('value-setter', { configurations: pairs.map(([key, value, ...mappers]) => ({ key, value, mappers })) });

/** Made up: products are read page by page, looked up and sent by GraphQL; the answers go into a storage. */
const EXPORT = [
  object(
    'http-client',
    'shop',
    { baseUri: '${SHOP}', clientId: 'i', clientSecret: '${SECRET}', username: 'u', password: '${PASS}' },
    'akeneo-http-client-v2',
  ),
  object('http-client', 'target', { token: '${TOKEN}', baseUri: '${SHOP}' }, 'shopify-http-client-v3'),
  object(
    'http-client',
    'plain',
    {
      plugins: [
        part('base-uri', { baseUri: '${SHOP}' }),
        part('header-append', { headers: [{ name: 'X-App', value: 'a' }] }),
      ],
      authentications: [part('basic', { username: 'u', password: '${PASS}' })],
    },
    'http-client',
  ),
  object('http-client', 'odd', { url: 'x' }, 'odd-client'),
  object('storage', 'ids', {}),
  object('entity', 'product', { identifierPath: ['code'], schema: [] }),
  object('incoming-configuration', 'products', {
    entityType: 'product',
    subscriber: part('http-subscriber', {
      client: 'shop',
      request: { uri: '/api/products?limit=1&search=&{search}', payload: [], payloadType: 'data' },
      transformer: set(['search', { enabled: true }, part('serialize-json')]),
      pagination: part('next', { pattern: '_links.next' }),
      deserializer: part('json', { pattern: '_embedded.items' }),
    }),
    transformers: ['name'],
  }),
  object('list-transformer', 'name', { filters: [], transformers: [set(['title', 'Product &{code}'])] }, 'data'),
  object(
    'list-transformer',
    'send',
    {
      transformers: [
        part('merger', {
          template: { found: '&{@}' },
          transformer: part('http-transformer', {
            client: 'plain',
            request: { uri: '/prices/&{code}?currency=EUR', method: 'get', payload: [] },
          }),
        }),
        part('merger', {
          template: { result: '&{@}' },
          transformer: part('graphql-transformer', {
            client: 'target',
            request: {
              uri: '/graphql.json',
              method: 'POST',
              payload: { query: 'mutation', variables: { title: '&{title}', price: '&{found.price}' } },
            },
          }),
        }),
        part('storage-save-entity-in-storage', { storage: 'ids', storageKey: '&{code}', source: 'result.data.id' }),
      ],
    },
    'chain',
  ),
  object('outgoing-configuration', 'publish', { publisher: part('no-action-publisher'), transformers: ['send'] }),
  object('outgoing-configuration', 'post', {
    publisher: part('http-publisher', { client: 'plain', request: { uri: '/in', method: 'POST', payload: [] } }),
    transformers: [],
  }),
  object('route-configuration', 'out', {
    incoming: 'products',
    outgoing: 'publish',
    realtime: false,
    transformers: [],
  }),
  object('route-configuration', 'lost', { incoming: 'nowhere', outgoing: 'publish', transformers: [] }),
  object(
    'http-client',
    'keyed',
    {
      plugins: [
        part('base-uri', { uri: { parameters: '${SHOP}' }, config: [] }),
        part('header-append', { headers: [{ name: 'X-Api-Key', value: '${TOKEN}' }] }),
        part('cookies', { jar: 'x' }),
      ],
      ssl: { verify: false },
    },
    'http-client',
  ),
  object('incoming-configuration', 'stock', {
    subscriber: part('http-subscriber', {
      client: 'keyed',
      request: { uri: '/stock.csv' },
      deserializer: part('csv', { delimiter: ';' }),
    }),
    transformers: [part('storage-save-entity-in-storage', { storage: 'stock', storageKey: '&{sku}', source: 'count' })],
  }),
  object('incoming-configuration', 'orders', {
    subscriber: part('http-subscriber', {
      client: 'keyed',
      request: { uri: '/orders', method: 'POST', payload: { state: '&{state}' } },
      transformer: set(['state', 'open']),
      deserializer: part('xml', { pattern: 'order' }),
    }),
    transformers: [
      part('storage-save-entity-in-storage', { storage: 'stock', storageKey: 'order &{"@id"}', source: 'sku' }),
    ],
  }),
  object('incoming-configuration', 'items', {
    subscriber: part('http-subscriber', {
      client: 'keyed',
      request: { uri: '/items?size=2' },
      deserializer: part('json', { pattern: 'items' }),
      pagination: part('page-number', { parameter: 'page', expectedItems: 2 }),
    }),
    transformers: [
      part('storage-save-entity-in-storage', { storage: 'stock', storageKey: 'item &{id}', source: 'id' }),
    ],
  }),
  object('incoming-configuration', 'all-stock', {
    subscriber: part('storage-subscriber', { storage: 'stock', groupItems: true, groupSize: 60 }),
    transformers: [part('storage-save-entity-in-storage', { storage: 'ids', storageKey: 'all stock', source: '' })],
  }),
  object('incoming-configuration', 'ping', {
    subscriber: part('http-subscriber', { request: { uri: 'https://status.example.org/up?x=1' } }),
    transformers: [],
  }),
  object('storage', 'stock', { enablePruning: true, pruning: { amount: 2, unit: 'days' } }),
  object('scheduler-entry', 'often', {
    job: [part('run-incoming', { incoming: 'products' })],
    expression: '0 3 * * *',
  }),
];

interface Made {
  kind: string;
  identifier: string;
  disabled?: true;
  spec: Record<string, unknown>;
}

async function importAll() {
  const file = path.join(folder, 'export.ndjson');
  writeFileSync(file, EXPORT.map((line) => JSON.stringify(line)).join('\n'));
  const { lines, documents } = await importExport(file, { json: true });
  const { objects } = JSON.parse(lines[0] ?? '') as {
    objects: { identifier: string; fate: string; notes: string[] }[];
  };
  return { documents: documents.map(({ document }) => document as Made), objects };
}

test('clients, incomings, outgoings, routes and schedules become documents; the report tells of each', async () => {
  const { documents, objects } = await importAll();
  const fates = Object.fromEntries(objects.map(({ identifier, fate }) => [identifier, fate]));
  expect(fates).toMatchObject({
    ...{ shop: 'translated', target: 'translated', plain: 'translated', odd: 'left-out' },
    ...{ products: 'translated', publish: 'translated', post: 'approximated', out: 'translated' },
    ...{ lost: 'left-out', often: 'translated' },
    ...{ items: 'approximated', keyed: 'approximated', stock: 'approximated', orders: 'approximated' },
    ...{ ping: 'approximated', 'all-stock': 'translated' },
  });
  const find = (kind: string, id: string) => documents.find((each) => each.kind === kind && each.identifier === id);
  expect(find('incoming', 'products')).toMatchObject({
    disabled: true,
    spec: { subscriber: { client: 'shop', entity: 'api-products' }, schedule: { cron: '0 3 * * *' } },
  });
  expect(find('client', 'shop')?.spec).toMatchObject({
    authentication: 'oauth2-password',
    parameters: { tokenUri: '${SHOP}/api/oauth/v1/token' },
    definition: { entities: { 'api-products': { key: ['code'] } } },
  });
  expect(find('client', 'plain')?.spec).toMatchObject({
    authentication: 'basic',
    definition: {
      headers: { 'X-App': 'a' },
      entities: { 'prices-p1': { operations: { 'get-call': { method: 'GET' } } } },
    },
  });
  expect(find('client', 'keyed')?.spec).toMatchObject({
    authentication: 'api-key',
    parameters: { keyName: 'X-Api-Key' },
  });
  expect(find('client', 'status-example-org')?.spec).toMatchObject({
    authentication: 'none',
    parameters: { baseUri: 'https://status.example.org' },
    definition: { entities: { up: { operations: { list: { expects: 'text' } } } } },
  });
  expect(find('storage', 'stock')?.spec).toEqual({ ttlSeconds: 172_800 });
  expect(find('route', 'stock-end')?.spec).toMatchObject({ incoming: 'stock', outgoing: 'stock-end' });
  expect(objects.find(({ identifier }) => identifier === 'keyed')?.notes).toEqual([
    '"ssl" of the client is not carried over: {"verify":false}',
    'its plugin "cookies" is not carried over: {"jar":"x"}',
  ]);
  expect(find('outgoing', 'post')?.spec).toMatchObject({
    publisher: { type: 'none' },
    transformers: [{ type: 'alumio-http', client: 'plain', operation: 'post-call', body: '&{@}' }],
  });
  expect(objects.find(({ identifier }) => identifier === 'lost')?.notes[0]).toContain('"nowhere"');
});

test('an imported flow reads, looks up, sends and stores, exactly once each', async () => {
  const calls: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const body = await readBody(request);
    const json = (value: object): void => {
      answerJson(response, 200, value);
    };
    if (url.endsWith('/token')) {
      json({ access_token: 't', expires_in: 3600 });
      return;
    }
    calls.push(`${method} ${decodeURIComponent(url)} ${body}`);
    if (url === '/stock.csv') {
      expect(headers['x-api-key']).toBe('tok');
      response.setHeader('content-type', 'text/csv').end('sku;count\nA;3\nB;0\n');
    } else if (url === '/orders') {
      response.setHeader('content-type', 'application/xml');
      response.end('<orders><order id="1"><sku>A</sku></order></orders>');
    } else if (url.startsWith('/items')) {
      json({ items: url.includes('page=1') ? [{ id: 1 }, { id: 2 }] : [] });
    } else if (url.startsWith('/api/products')) {
      expect(headers.authorization).toBe('Bearer t');
      const isLast = url.includes('page=2');
      const next = isLast ? {} : { next: { href: `http://${headers.host ?? ''}/api/products?page=2` } };
      json({ _links: next, _embedded: { items: [{ code: isLast ? 'B' : 'A' }] } });
    } else if (url.startsWith('/prices')) json({ price: 7 });
    else {
      expect(headers['x-shopify-access-token']).toBe('tok');
      json({ data: { id: `id of ${(JSON.parse(body) as { variables: { title: string } }).variables.title}` } });
    }
  };
  await withServer(
    (request, response) => void answer(request, response),
    async (url) => {
      const settings = { SHOP: url, SECRET: 's', PASS: 'p', TOKEN: 'tok', SLUICE_ALLOW_PRIVATE_NETWORKS: '127.0.0.1' };
      await withPlatform(
        ENGINES[0] as Engine,
        async (sluice) => {
          const { documents } = await importAll();
          await sluice.apply(documents.map((each) => ({ ...each, disabled: false })));
          expect(await sluice.run('products')).toMatchObject({
            status: 'succeeded',
            received: 2,
            tasks: { finished: 2 },
          });
          const entries = await sluice.platform.store.storages.list('ids', { limit: 10 });
          expect(entries.map(({ key, value }) => [key, value])).toEqual([
            ['A', '"id of Product A"'],
            ['B', '"id of Product B"'],
          ]);
          for (const incoming of ['stock', 'orders', 'items', 'all-stock']) {
            expect(await sluice.run(incoming)).toMatchObject({ status: 'succeeded', error: undefined });
          }
          const all = await sluice.platform.store.storages.list('ids', { limit: 10 });
          const stock = all.find(({ key }) => key === 'all stock')?.value ?? '';
          expect(JSON.parse(stock)).toEqual({ A: '3', B: '0', 'item 1': 1, 'item 2': 2, 'order 1': 'A' });
        },
        settings,
      );
    },
  );
  expect(calls.sort()).toEqual([
    'GET /api/products?limit=1&search={"enabled":true} ',
    'GET /api/products?page=2 ',
    'GET /items?size=2&page=1 ',
    'GET /items?size=2&page=2 ',
    'GET /prices/A?currency=EUR ',
    'GET /prices/B?currency=EUR ',
    'GET /stock.csv ',
    'POST /graphql.json {"query":"mutation","variables":{"title":"Product A","price":7}}',
    'POST /graphql.json {"query":"mutation","variables":{"title":"Product B","price":7}}',
    'POST /orders {"state":"open"}',
  ]);
});

test('what needs a client whose variables are not set waits; the rest is applied', async () => {
  await withPlatform(ENGINES[0] as Engine, async ({ platform }) => {
    const { configuration, store } = platform;
    const request = async (_: string, __: string, { documents }: { documents: Submitted[] }) => {
      try {
        return { changes: await configuration.apply(documents) };
      } catch (error) {
        const { code, message } = error as ConfigError;
        throw new ApiError(400, { code, message });
      }
    };
    const { documents } = await importAll();
    const submitted = documents.map((document) => ({ source: document.identifier, document }));
    const lines = await applyImported({ request } as unknown as Api, submitted);
    expect(lines.at(-1)).toContain('set SHOP (sluice variable set)');
    const stored = (await store.documents.all()).map(({ kind, identifier }) => `${kind}/${identifier}`).sort();
    const free = ['all-stock-end', 'items-end', 'orders-end', 'ping-end', 'stock-end'];
    expect(stored.filter((each) => !free.some((name) => each === `outgoing/${name}`))).toEqual([
      ...['client/status-example-org', 'incoming/all-stock', 'incoming/ping', 'route/all-stock-end'],
      ...['route/ping-end', 'storage/ids', 'storage/stock', 'transformer/incoming-all-stock'],
      ...['transformer/incoming-items', 'transformer/incoming-orders', 'transformer/incoming-products'],
      ...['transformer/incoming-stock', 'transformer/name'],
    ]);
  });
});
