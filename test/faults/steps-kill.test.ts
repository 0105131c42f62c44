import { expect, test } from '@jest/globals';
import { answerJson, readBody, withServer } from '../http/with-server.ts';
import { describeEngines } from '../support/engines.ts';
import { startSluice, type SluiceProcess } from '../support/processes.ts';

const ITEMS = 60;
const KILLED_AT = 31;

/** Items are read, remembered and noted; what publishes them calls, notes and takes the note away. */
const documents = (baseUri: string): object[] => [
  ...['seen', 'todo', 'done'].map((identifier) => ({ kind: 'storage', identifier, spec: {} })),
  {
    kind: 'client',
    identifier: 'shop',
    spec: {
      ...{ connector: 'http', authentication: 'none', parameters: { baseUri } },
      definition: {
        entities: {
          items: {
            title: 'Items',
            key: ['id'],
            operations: {
              list: { title: 'Items', method: 'GET', path: '/items', paginator: { type: 'single' }, records: '' },
              mark: { title: 'Marks an item', method: 'POST', path: '/mark' },
            },
          },
        },
      },
    },
  },
  {
    kind: 'incoming',
    identifier: 'items',
    spec: {
      subscriber: { type: 'connector', client: 'shop', entity: 'items', mode: 'full' },
      transformers: [
        { type: 'filter-unchanged', storage: 'seen', key: '&{id}' },
        { type: 'storage-save', storage: 'todo', key: '&{id}' },
      ],
    },
  },
  {
    kind: 'outgoing',
    identifier: 'marks',
    spec: {
      publisher: { type: 'none' },
      transformers: [
        { type: 'http-call', client: 'shop', entity: 'items', operation: 'mark', body: { id: '&{id}' } },
        { type: 'storage-save', storage: 'done', key: '&{id}', value: '&{id}' },
        { type: 'storage-delete', storage: 'todo', key: '&{id}' },
      ],
    },
  },
  { kind: 'route', identifier: 'items-marks', spec: { incoming: 'items', outgoing: 'marks' } },
];

describeEngines('kill -9 between what steps do and what they leave', ['embedded'], (engine) => {
  test('every record leaves its writes once, and a call is made at most once more', async () => {
    const marked: number[] = [];
    let onKill: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (onKill = resolve));
    const serve: Parameters<typeof withServer>[0] = (request, response) => {
      void readBody(request).then((body) => {
        if (request.url !== '/mark') {
          answerJson(
            response,
            200,
            Array.from({ length: ITEMS }, (_, index) => ({ id: index + 1 })),
          );
          return;
        }
        marked.push((JSON.parse(body) as { id: number }).id);
        // The call has arrived, and who made it is killed before it hears of that.
        if (marked.length === KILLED_AT) onKill?.();
        else answerJson(response, 200, {});
      });
    };
    await withServer(serve, async (baseUri) => {
      const environment = await engine.create();
      const variables = { ...environment.variables, SLUICE_LEASE: '1s' };
      let sluice: SluiceProcess = await startSluice(variables);
      try {
        await sluice.request('POST', '/documents/apply', {
          documents: documents(baseUri).map((document) => ({ source: 'test', document })),
        });
        await sluice.request('POST', '/incomings/items/runs', {});
        await held;
        await sluice.kill();
        sluice = await startSluice(variables);
        while ((await keysOf(sluice, 'done')).length < ITEMS) await new Promise((resolve) => setTimeout(resolve, 50));
        expect(await keysOf(sluice, 'seen')).toHaveLength(ITEMS);
        expect(await keysOf(sluice, 'todo')).toEqual([]);
        const times = Array.from({ length: ITEMS }, (_, index) => marked.filter((id) => id === index + 1).length);
        expect([Math.min(...times), Math.max(...times)]).toEqual([1, 2]);
      } finally {
        await sluice.kill();
        await environment.dispose();
      }
    });
  });
});

async function keysOf(sluice: SluiceProcess, storage: string): Promise<string[]> {
  const { items } = await sluice.request<{ items: { key: string }[] }>('GET', `/storages/${storage}/entries?limit=200`);
  return items.map(({ key }) => key);
}
