import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { answerJson, readBody, withServer } from '../http/with-server.ts';

type Row = Record<string, unknown>;

/** A system with devices to read, and with assets that are listed, read, created, updated and deleted one by one. */
export class AssetsSystem {
  devices: Row[] = [];
  readonly assets = new Map<number, Row>();
  /** Calls that change something, in order. */
  readonly writes: string[] = [];
  reads = 0;
  /** Fields that the first write of an asset does not keep. */
  forgets: string[] = [];
  /** Names of assets that are refused inside of an answer that says that all went well. */
  refuses: string[] = [];
  readonly #written = new Set<number>();
  #next = 1000;

  put(row: Row): number {
    const id = (this.#next += 1);
    this.assets.set(id, { id, ...row });
    return id;
  }

  answer(method: string, url: string, body: unknown): { status?: number; body: unknown } {
    if (method === 'GET') this.reads += 1;
    else this.writes.push(`${method} ${url}`);
    const [, id] = /^\/assets\/(\d+)$/.exec(url) ?? [];
    if (url.startsWith('/devices')) return { body: this.devices };
    if (method === 'POST' && url === '/assets/batch') return { body: (body as Row[]).map((row) => this.#take(row)) };
    if (method === 'POST') return { status: 201, body: { id: this.put(body as Row) } };
    if (id === undefined) return { body: [...this.assets.values()] };
    return this.#one(method, Number(id), body as Row);
  }

  #one(method: string, id: number, body: Row): { status?: number; body: unknown } {
    const known = this.assets.get(id);
    if (!known) return { status: 404, body: { error: 'gone' } };
    if (method === 'DELETE') this.assets.delete(id);
    if (method !== 'PATCH') return { body: known };
    const forgotten = this.#written.has(id) ? [] : this.forgets;
    this.#written.add(id);
    const kept = Object.entries(body).filter(([name]) => !forgotten.includes(name));
    this.assets.set(id, { ...known, ...Object.fromEntries(kept) });
    return { body: {} };
  }

  #take(row: Row): Row {
    if (this.refuses.includes(String(row['name']))) return { ref: row['ref'], error: 'name is taken' };
    return { ref: row['ref'], id: this.put(row) };
  }
}

const CONNECTOR = {
  version: 1,
  name: 'assets-system',
  title: 'Assets system',
  parameters: { baseUri: { title: 'Address', format: 'uri', required: true } },
  authentications: { none: { title: 'None', authenticator: { type: 'none' } } },
  baseUrl: '&{config.baseUri}',
};

const DEVICES = {
  name: 'devices',
  title: 'Devices',
  key: ['id'],
  operations: { list: { title: 'Lists devices', method: 'GET', path: '/devices', records: '', paginator: 'single' } },
};

const one = { path: '/assets/{id}', pathParameters: { id: 'integer' } };

const ASSETS = {
  name: 'assets',
  title: 'Assets',
  key: ['id'],
  operations: {
    list: { title: 'Lists assets', method: 'GET', path: '/assets', records: '', paginator: 'single' },
    get: { title: 'Reads an asset', method: 'GET', ...one },
    create: { title: 'Adds an asset', method: 'POST', path: '/assets' },
    update: { title: 'Changes an asset', method: 'PATCH', ...one },
    delete: { title: 'Removes an asset', method: 'DELETE', ...one },
    'create-many': {
      title: 'Adds assets',
      action: 'create',
      method: 'POST',
      path: '/assets/batch',
      body: { wrap: 'array', maxBatch: 50 },
      answer: { key: { record: 'ref', row: 'ref' }, failed: { field: 'error', empty: false }, message: 'error' },
    },
  },
};

/** Serves the system on loopback, with a folder that holds its connector. */
export async function withAssetsSystem(
  use: (system: AssetsSystem, baseUri: string, folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-assets-'));
  mkdirSync(path.join(folder, 'assets-system/entities'), { recursive: true });
  writeFileSync(path.join(folder, 'assets-system/connector.json'), JSON.stringify(CONNECTOR));
  for (const entity of [DEVICES, ASSETS]) {
    writeFileSync(path.join(folder, `assets-system/entities/${entity.name}.json`), JSON.stringify(entity));
  }
  const system = new AssetsSystem();
  try {
    await withServer(
      (request, response) => {
        void readBody(request).then((text) => {
          const body: unknown = text === '' ? undefined : JSON.parse(text);
          const { status = 200, body: answer } = system.answer(request.method ?? '', request.url ?? '', body);
          if (status === 429) response.setHeader('retry-after', '1');
          answerJson(response, status, answer);
        });
      },
      (url) => use(system, url, folder),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Devices of the system become assets of it: "devices", "assets" and "devices-to-assets". */
export function devicesToAssets(
  baseUri: string,
  changes: { incoming?: object; publisher?: object; outgoing?: object; map?: object } = {},
): object[] {
  return [
    {
      kind: 'client',
      identifier: 'system',
      spec: { connector: 'assets-system', authentication: 'none', parameters: { baseUri } },
    },
    {
      kind: 'incoming',
      identifier: 'devices',
      spec: { subscriber: { type: 'connector', client: 'system', entity: 'devices' }, ...changes.incoming },
    },
    {
      kind: 'outgoing',
      identifier: 'assets',
      spec: {
        publisher: { type: 'connector', client: 'system', action: 'upsert', entity: 'assets', ...changes.publisher },
        ...changes.outgoing,
      },
    },
    {
      kind: 'route',
      identifier: 'devices-to-assets',
      spec: {
        incoming: 'devices',
        outgoing: 'assets',
        transformers: [
          {
            type: 'map',
            fields: {
              name: '?{name}',
              serial: '?{serial}',
              mac: '?{mac}',
              client_id: '?{client}',
              owner: '?{owner}',
              ...changes.map,
            },
          },
        ],
        retry: { attempts: 1, delay: '10ms' },
      },
    },
  ];
}
