import { expect, test } from '@jest/globals';
import { testChain } from '../../src/server/chain-tests.ts';
import { type AssetsSystem, devicesToAssets, withAssetsSystem } from '../support/assets-system.ts';
import { describeEngines, type Engine } from '../support/engines.ts';
import { type TestPlatform, withPlatformOn } from '../support/with-platform.ts';

const MAP = { kind: 'value-map', identifier: 'kinds', spec: { rows: [['pc', 1]] } };
const storage = (identifier: string, spec: object = {}) => ({ kind: 'storage', identifier, spec });

/** A platform that reads devices and writes assets. */
async function withAssets(
  engine: Engine,
  use: (platform: TestPlatform, system: AssetsSystem, baseUri: string) => Promise<void>,
  variables: Readonly<Record<string, string>> = {},
): Promise<void> {
  await withAssetsSystem(async (system, baseUri, folder) => {
    const environment = await engine.create();
    try {
      const own = { ...environment.variables, SLUICE_CONNECTORS: folder, ...variables };
      await withPlatformOn({ ...environment, variables: own }, (opened) => use(opened, system, baseUri));
    } finally {
      await environment.dispose();
    }
  });
}

async function entries({ platform }: TestPlatform, id: string): Promise<Record<string, unknown>> {
  const rows = await platform.store.storages.list(id, { limit: 500 });
  return Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]));
}

const device = (id: number, name: string, kind = 'pc') => ({ id, name, kind });

describeEngines('steps that use the platform', ['embedded', 'postgres and redis'], (engine) => {
  test('leave what they write with the page and with the record that arrived, each once', async () => {
    await withAssets(engine, async (opened, system, baseUri) => {
      system.devices = [device(1, 'a'), device(2, 'b'), device(3, 'a')];
      const first = [
        { type: 'storage-exists', storage: 'names', key: '&{name}', exists: false },
        { type: 'storage-save', storage: 'names', key: '&{name}', value: '&{id}' },
      ];
      const sent = [{ type: 'storage-save', storage: 'sent', key: '&{name}', value: '&{client_id}' }];
      await opened.apply([
        storage('names'),
        storage('sent'),
        ...devicesToAssets(baseUri, {
          incoming: { transformers: first },
          outgoing: { transformers: sent },
          map: { client_id: '&{id}' },
        }),
      ]);
      expect((await opened.run('devices')).tasks).toMatchObject({ finished: 2, skipped: 1 });
      expect(await entries(opened, 'names')).toEqual({ a: 1, b: 2 });
      expect(await entries(opened, 'sent')).toEqual({ a: 1, b: 2 });
    });
  });

  test('leave nothing of a record that fails, in the page or in the target', async () => {
    await withAssets(engine, async (opened, system, baseUri) => {
      system.devices = [device(1, 'a'), device(2, 'b', 'pda'), device(3, 'refused')];
      const saved = { type: 'storage-save', storage: 'read', key: '&{name}', value: 1 };
      const sent = { type: 'storage-save', storage: 'sent', key: '&{name}', value: 1 };
      await opened.apply([
        MAP,
        storage('read'),
        storage('sent'),
        ...devicesToAssets(baseUri, {
          incoming: { transformers: [saved, { type: 'value-map', map: 'kinds', field: 'kind' }] },
          outgoing: {
            transformers: [
              sent,
              {
                type: 'conditional',
                when: { field: 'name', equals: 'refused' },
                then: [{ type: 'fail', message: 'No' }],
              },
            ],
          },
        }),
      ]);
      expect((await opened.run('devices')).tasks).toMatchObject({ finished: 1, failed: 2 });
      expect(Object.keys(await entries(opened, 'read'))).toEqual(['a', 'refused']);
      expect(Object.keys(await entries(opened, 'sent'))).toEqual(['a']);
      const unmatched = await opened.platform.store.unmatched.list('kinds', { after: undefined, limit: 10 });
      expect(unmatched).toMatchObject([{ value: '"pda"', count: 1, sample: '2' }]);
    });
  });

  test('in a batch that is sent again leave their writes once it has arrived', async () => {
    await withAssets(engine, async (opened, system, baseUri) => {
      system.devices = [device(1, 'a')];
      const answer = system.answer.bind(system);
      let refusals = 1;
      system.answer = (method, url, body) => {
        if (method === 'POST' && refusals-- > 0) return { status: 429, body: {} };
        return answer(method, url, body);
      };
      const steps = [
        { type: 'storage-get', storage: 'tries', key: 'n', to: 'owner', default: 'none' },
        { type: 'storage-save', storage: 'tries', key: 'n', value: 'tried' },
      ];
      const documents = devicesToAssets(baseUri, { outgoing: { transformers: steps } });
      await opened.apply([storage('tries'), ...documents]);
      expect((await opened.run('devices')).tasks).toMatchObject({ finished: 1 });
      expect([...system.assets.values()]).toMatchObject([{ name: 'a', owner: 'none' }]);
      expect(await entries(opened, 'tries')).toEqual({ n: 'tried' });
    });
  });

  test('read a page with few statements, and tell what changed since it last arrived', async () => {
    await withAssets(engine, async (opened, system, baseUri) => {
      system.devices = Array.from({ length: 600 }, (_, index) => device(index, `d${index}`));
      const unchanged = { type: 'filter-unchanged', storage: 'sent', key: '&{id}', fields: ['name'] };
      await opened.apply([storage('sent'), ...devicesToAssets(baseUri, { incoming: { transformers: [unchanged] } })]);
      const { storages } = opened.platform.store;
      let statements = 0;
      const valuesAt = storages.valuesAt.bind(storages);
      storages.valuesAt = (places) => {
        statements += 1;
        return valuesAt(places);
      };
      expect((await opened.run('devices', 'full')).tasks).toMatchObject({ finished: 600 });
      expect(statements).toBeLessThan(20);
      system.devices = system.devices.map((each) => ({ ...each, seen: 1, ...(each['id'] === 7 && { name: 'new' }) }));
      expect((await opened.run('devices', 'full')).tasks).toMatchObject({ finished: 1, skipped: 599 });
    });
  });

  test('work in response transformers, and are refused where there is no record', async () => {
    await withAssets(engine, async (opened, system, baseUri) => {
      system.devices = [device(1, 'a')];
      const save = { type: 'storage-save', storage: 'ids', key: '&{key}', value: '&{id}' };
      await opened.apply([
        storage('ids'),
        ...devicesToAssets(baseUri, {
          publisher: { responseTransformers: [save, { type: 'filter', when: 'nothing' }] },
        }),
      ]);
      expect((await opened.run('devices')).tasks).toMatchObject({ finished: 1 });
      expect(await entries(opened, 'ids')).toEqual({ '1': '1001' });
      const [, incoming] = devicesToAssets(baseUri, {
        incoming: {
          subscriber: { type: 'connector', client: 'system', entity: 'devices', requestTransformers: [save] },
        },
      });
      await expect(opened.apply([incoming as object])).rejects.toThrow('"storage-save" cannot stand here');
      await expect(
        opened.apply([{ kind: 'transformer', identifier: 't', spec: { transformers: [{ ...save, storage: 'idz' }] } }]),
      ).rejects.toThrow('spec.transformers[0]: there is no storage "idz" (did you mean "ids"?)');
    });
  });

  test('a map has rows of its own in an environment, a storage its own time', async () => {
    const variables = { SLUICE_ENVIRONMENT: 'acceptance' };
    await withAssets(
      engine,
      async (opened, system, baseUri) => {
        system.devices = [device(1, 'a'), device(2, 'b', 'server')];
        const environments = { acceptance: { rows: [['pc', 101]] }, production: { rows: [['pc', 201]] } };
        const map = {
          ...MAP,
          spec: {
            rows: [
              ['pc', 1],
              ['server', 2],
            ],
            environments,
          },
        };
        const transformers = [
          { type: 'value-map', map: 'kinds', field: 'kind' },
          { type: 'storage-save', storage: 'short', key: '&{id}', value: '&{kind}' },
        ];
        await opened.apply([
          map,
          storage('short', { environments: { acceptance: { ttlSeconds: 60 } } }),
          ...devicesToAssets(baseUri, { incoming: { transformers } }),
        ]);
        await opened.run('devices');
        expect(await entries(opened, 'short')).toEqual({ '1': 101, '2': 2 });
        const [entry] = await opened.platform.store.storages.list('short', { limit: 1 });
        expect(entry?.expiresAt).toBeGreaterThan(Date.now());
        expect(entry?.expiresAt).toBeLessThanOrEqual(Date.now() + 60_000);
      },
      variables,
    );
  });
});

describeEngines('steps that call', ['embedded'], (engine) => {
  const call = {
    type: 'http-call',
    client: 'system',
    entity: 'assets',
    path: { id: '&{name}' },
    from: 'serial',
    to: 'serial',
  };

  test('ask once for what a page and its cache know, and what is not there follows its rule', async () => {
    await withAssets(engine, async (opened, system, baseUri) => {
      const id = system.put({ serial: 'S7' });
      system.devices = [device(1, String(id)), device(2, String(id)), device(3, '5')];
      const transformers = [{ ...call, cacheFor: '1h', onMissing: 'keep' }];
      await opened.apply(devicesToAssets(baseUri, { incoming: { transformers } }));
      const before = system.reads;
      expect((await opened.run('devices', 'full')).tasks).toMatchObject({ finished: 3 });
      expect([...system.assets.values()].filter(({ serial }) => serial === 'S7')).toHaveLength(3);
      const asked = system.reads - before;
      expect(asked).toBe(1 + 2);
      system.devices = [device(4, String(id))];
      expect((await opened.run('devices', 'full')).tasks).toMatchObject({ finished: 1 });
      expect(system.reads - before - asked).toBe(1);
    });
  });

  test('make an open task of a failure that may be over the next time', async () => {
    await withAssets(engine, async (opened, system, baseUri) => {
      const id = system.put({ serial: 'S7' });
      system.devices = [device(1, String(id))];
      const answer = system.answer.bind(system);
      let failures = 4;
      system.answer = (method, url, body) =>
        url.startsWith('/assets/') && failures-- > 0 ? { status: 503, body: {} } : answer(method, url, body);
      const [client, incoming, outgoing, route] = devicesToAssets(baseUri, { incoming: { transformers: [call] } }) as {
        spec: object;
      }[];
      const patient = { ...route, spec: { ...route?.spec, retry: { attempts: 9, delay: '10ms' } } };
      await opened.apply([
        { ...client, spec: { ...client?.spec, retry: { attempts: 1 } } },
        ...[incoming, outgoing, patient].map((document) => document as object),
      ]);
      expect((await opened.run('devices', 'full')).tasks).toMatchObject({ finished: 1 });
      expect(system.assets.get(id + 1)).toMatchObject({ serial: 'S7' });
    });
  });

  test('are refused where nothing may be changed, and their options when they are applied', async () => {
    await withAssets(engine, async (opened, _, baseUri) => {
      await opened.apply(devicesToAssets(baseUri));
      const create = { type: 'http-call', client: 'system', entity: 'assets', operation: 'create', body: '&{@}' };
      const tested = (steps: object[], mayCall = true) =>
        testChain(opened.platform, { steps, records: [{ name: '1' }] }, mayCall);
      expect((await tested([create])).results[0]?.error).toMatchObject({ code: 'ERR_CALL_NOT_MADE' });
      expect((await tested([{ ...call, onMissing: 'null' }])).results[0]?.output).toEqual([
        { name: '1', serial: null },
      ]);
      expect((await tested([call], false)).results[0]?.error?.message).toContain('needs the permission');
      const apply = (step: object) =>
        opened.apply([{ kind: 'transformer', identifier: 't', spec: { transformers: [step] } }]);
      await expect(apply({ ...create, cacheFor: '1m' })).rejects.toThrow('"cacheFor" cannot be given');
      await expect(apply({ ...call, client: 'sistem' })).rejects.toThrow('did you mean "system"?');
      await expect(apply({ ...call, entity: 'asset' })).rejects.toThrow('has no entity "asset"');
    });
  });
});
