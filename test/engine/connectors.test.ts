import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { answerJson, readBody, withServer } from '../http/with-server.ts';
import { describeEngines } from '../support/engines.ts';
import { withPlatformOn } from '../support/with-platform.ts';

const CONNECTOR = {
  version: 1,
  name: 'feed',
  title: 'Feed',
  parameters: { baseUri: { title: 'Address', format: 'uri', required: true } },
  authentications: { none: { title: 'None', authenticator: { type: 'none' } } },
  baseUrl: '&{config.baseUri}',
};

const DEVICES = {
  name: 'devices',
  title: 'Devices',
  key: ['id'],
  operations: {
    list: {
      title: 'Lists devices',
      method: 'GET',
      path: '/devices',
      records: 'value',
      paginator: { type: 'delta-link', nextAt: '@odata.nextLink', deltaAt: '@odata.deltaLink' },
      delta: { strategy: 'link' },
      details: [{ operation: 'devices.audit', path: { id: '&{record.id}' }, into: 'audit', cacheBy: 'version' }],
    },
    audit: {
      title: 'Tells serials',
      action: 'get',
      method: 'GET',
      path: '/audit/{id}',
      pathParameters: { id: 'integer' },
    },
  },
};

const ASSETS = {
  name: 'assets',
  title: 'Assets',
  key: ['id'],
  operations: {
    create: { title: 'Adds an asset', method: 'POST', path: '/assets' },
    update: { title: 'Changes an asset', method: 'PATCH', path: '/assets/{id}', pathParameters: { id: 'integer' } },
  },
};

/** A system whose lists end with a link to what changes later, and that creates and updates by different calls. */
class Feed {
  readonly calls: string[] = [];
  readonly assets = new Map<number, Record<string, unknown>>();
  devices = [1, 2, 3].map((id) => ({ id, version: 1 }));
  changed: { id: number; version: number }[] = [];
  isForgetful = false;

  answer(call: string, body: unknown, host: string): { status?: number; body: unknown } {
    this.calls.push(call);
    const link = (rest: string): string => `http://${host}/devices?${rest}`;
    const [, id] = /\/(?:audit|assets)\/(\d+)$/.exec(call) ?? [];
    if (call.includes('/audit/')) return { body: { serial: `S-${id ?? ''}` } };
    if (call === 'POST /assets') {
      const next = 100 + this.assets.size;
      this.assets.set(next, body as Record<string, unknown>);
      return { status: 201, body: { id: next } };
    }
    if (call.startsWith('PATCH')) {
      this.assets.set(Number(id), body as Record<string, unknown>);
      return { body: {} };
    }
    if (call.includes('delta=')) {
      if (this.isForgetful) return { status: 410, body: { error: { code: 'resyncRequired' } } };
      return { body: { value: this.changed, '@odata.deltaLink': link('delta=2') } };
    }
    if (call.includes('page=2')) return { body: { value: this.devices.slice(2), '@odata.deltaLink': link('delta=1') } };
    return { body: { value: this.devices.slice(0, 2), '@odata.nextLink': link('page=2') } };
  }

  /** Calls since the last look. */
  seen(): string[] {
    return this.calls.splice(0).sort();
  }
}

async function withFeed(use: (feed: Feed, url: string, folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-feed-'));
  mkdirSync(path.join(folder, 'feed/entities'), { recursive: true });
  writeFileSync(path.join(folder, 'feed/connector.json'), JSON.stringify(CONNECTOR));
  for (const entity of [DEVICES, ASSETS]) {
    writeFileSync(path.join(folder, `feed/entities/${entity.name}.json`), JSON.stringify(entity));
  }
  const feed = new Feed();
  try {
    await withServer(
      (request, response) => {
        void readBody(request).then((text) => {
          const call = `${request.method ?? ''} ${request.url ?? ''}`;
          const body: unknown = text === '' ? undefined : JSON.parse(text);
          const answer = feed.answer(call, body, request.headers.host ?? '');
          answerJson(response, answer.status ?? 200, answer.body);
        });
      },
      (url) => use(feed, url, folder),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const documents = (baseUri: string): object[] => [
  { kind: 'client', identifier: 'feed', spec: { connector: 'feed', authentication: 'none', parameters: { baseUri } } },
  {
    kind: 'incoming',
    identifier: 'devices',
    spec: { subscriber: { type: 'connector', client: 'feed', entity: 'devices' } },
  },
  {
    kind: 'outgoing',
    identifier: 'assets',
    spec: { publisher: { type: 'connector', client: 'feed', action: 'post', entity: 'assets', uncertain: 'resend' } },
  },
  {
    kind: 'route',
    identifier: 'devices-to-assets',
    spec: {
      incoming: 'devices',
      outgoing: 'assets',
      transformers: [{ type: 'map', fields: { serial: '&{audit.serial}', version: '&{version}' } }],
    },
  },
];

describeEngines('a connector of one’s own', ['embedded', 'postgres and redis'], (engine) => {
  test('is read by its delta link over runs, asks for details once, creates, then updates by id', async () => {
    const environment = await engine.create();
    try {
      await withFeed(async (feed, url, folder) => {
        const variables = { ...environment.variables, SLUICE_CONNECTORS: folder };
        await withPlatformOn({ ...environment, variables }, async (sluice) => {
          await sluice.apply(documents(url));

          expect(await sluice.run('devices')).toMatchObject({ status: 'succeeded', received: 3, fresh: 3 });
          expect(feed.seen()).toEqual([
            ...['GET /audit/1', 'GET /audit/2', 'GET /audit/3', 'GET /devices', 'GET /devices?page=2'],
            ...['POST /assets', 'POST /assets', 'POST /assets'],
          ]);
          expect([...feed.assets.values()].map(({ serial }) => serial).sort()).toEqual(['S-1', 'S-2', 'S-3']);

          feed.changed = [{ id: 2, version: 2 }];
          expect(await sluice.run('devices')).toMatchObject({ status: 'succeeded', received: 1, fresh: 1 });
          const second = feed.seen();
          expect(second.slice(0, 2)).toEqual(['GET /audit/2', 'GET /devices?delta=1']);
          expect(second[2]).toMatch(/^PATCH \/assets\/10\d$/);
          expect([...feed.assets.values()].filter(({ version }) => version === 2)).toEqual([
            { serial: 'S-2', version: 2 },
          ]);

          feed.isForgetful = true;
          feed.devices = [
            { id: 1, version: 1 },
            { id: 2, version: 2 },
            { id: 3, version: 1 },
          ];
          expect(await sluice.run('devices')).toMatchObject({
            status: 'succeeded',
            received: 3,
            fresh: 0,
            unchanged: 3,
          });
          expect(feed.seen()).toEqual(['GET /devices', 'GET /devices?delta=2', 'GET /devices?page=2']);
        });
      });
    } finally {
      await environment.dispose();
    }
  });
});
