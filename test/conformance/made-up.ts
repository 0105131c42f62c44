import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type FileProblems, inspectConnector } from '../../src/connector/load.ts';
import type { CheckReport, ConnectorReport, Finding } from '../../src/conformance/types.ts';
import { validateConnector } from '../../src/conformance/validate-connector.ts';
import { withFiles } from '../connector/with-connector.ts';

/** Files of a connector by their path below its folder; what is no text becomes JSON. */
export type Files = Record<string, unknown>;

const MANIFEST = {
  version: 1,
  name: 'made-up',
  title: 'Made-up',
  parameters: {
    region: { title: 'Region', enum: ['eu', 'us'], default: 'eu' },
    baseUri: { title: 'Address', format: 'uri', trimSuffixes: ['/'] },
    clientId: { title: 'Client ID' },
    clientSecret: { title: 'Client secret', secret: true },
    apiKey: { title: 'API key', secret: true },
  },
  authentications: {
    application: {
      title: 'Application',
      parameters: ['clientId', 'clientSecret'],
      authenticator: {
        type: 'oauth2-client-credentials',
        tokenUrl: '&{config.baseUri || config.usualUri}/oauth/token',
        clientId: '&{config.clientId}',
        clientSecret: '&{secret.clientSecret}',
        scopes: 'read write',
      },
    },
    key: {
      title: 'API key',
      parameters: ['apiKey'],
      authenticator: { type: 'api-key', keys: [{ in: 'header', name: 'X-Api-Key', value: '&{secret.apiKey}' }] },
    },
  },
  derive: { usualUri: { from: 'region', values: { eu: 'https://eu.example.com', us: 'https://us.example.com' } } },
  baseUrl: '&{config.baseUri || config.usualUri}/v1',
  hosts: ['eu.example.com', 'us.example.com'],
  limits: [{ requests: 600, per: '1m' }],
  budgets: { exports: [{ requests: 10, per: '1h' }] },
  paginators: { pages: { type: 'page-number', pageParameter: 'page', sizeParameter: 'size', size: 2 } },
  errorMessages: ['message'],
  errors: [
    { name: 'locked out', when: { field: 'status', equals: 423 }, then: 'locked', wait: '5m' },
    {
      name: 'failed inside',
      when: {
        all: [
          { field: 'status', equals: 200 },
          { field: 'body.failed', equals: true },
        ],
      },
      then: 'fail',
      class: 'data',
      messageAt: 'message',
    },
  ],
  check: { operation: 'sites.list', query: { size: 1 }, hints: { '403': 'Give the application its rights.' } },
};

const SITES = {
  name: 'sites',
  title: 'Sites',
  key: ['id'],
  fields: { id: 'integer', name: 'string' },
  operations: {
    list: {
      title: 'Lists sites',
      method: 'GET',
      path: '/sites',
      queryParameters: { size: 'integer' },
      paginator: 'pages',
      records: 'sites',
      total: 'total',
    },
  },
};

const DEVICES = {
  name: 'devices',
  title: 'Devices',
  key: ['siteId', 'id'],
  idField: 'id',
  fields: { id: 'integer', siteId: 'integer', name: 'string', changed: 'date', health: 'object' },
  find: { fields: ['name'], query: { search: '&{value}' } },
  operations: {
    list: {
      title: 'Lists devices',
      method: 'GET',
      path: '/sites/{siteId}/devices',
      pathParameters: { siteId: 'integer' },
      queryParameters: { search: 'string', since: 'date' },
      query: { expand: '&{config.region}' },
      paginator: { type: 'cursor', cursorAt: 'next', parameter: 'cursor' },
      records: 'devices',
      forEach: { operation: 'sites.list', path: { siteId: '&{parent.id}' }, carry: { siteId: '&{parent.id}' } },
      details: [{ operation: 'devices.health', path: { id: '&{record.id}' }, into: 'health', cacheBy: 'changed' }],
      delta: { parameter: 'since', format: 'iso', lookBack: '5m', field: 'changed' },
      limits: [{ concurrency: 2 }],
      budgets: ['exports'],
      errors: [{ when: { field: 'status', equals: 409 }, then: 'empty' }],
    },
    health: {
      title: 'Reads the health of one device',
      method: 'GET',
      path: '/devices/{id}/health',
      pathParameters: { id: 'integer' },
    },
    create: {
      title: 'Adds devices',
      method: 'POST',
      path: '/devices',
      body: { wrap: 'array', maxBatch: 10, envelope: { devices: '&{body}' } },
      answer: { records: 'devices', id: 'id' },
    },
    update: {
      title: 'Changes one device',
      method: 'PUT',
      path: '/devices/{id}',
      pathParameters: { id: 'integer' },
      body: { item: { name: '&{record.name}', id: '&{id}' } },
    },
    delete: { title: 'Deletes one device', method: 'DELETE', path: '/devices/{id}', pathParameters: { id: 'integer' } },
    old: {
      title: 'Reads devices as before',
      method: 'GET',
      path: '/old',
      status: 'deprecated',
      replacedBy: 'devices.list',
    },
  },
};

const FIXTURES: Files = {
  'fixtures/client.json': {
    authentication: 'application',
    parameters: { region: 'eu', clientId: 'made-up-id', clientSecret: 'made-up-secret', apiKey: 'made-up-key' },
  },
  'fixtures/sites.list.json': {
    exchanges: [
      {
        request: { method: 'GET', path: '/sites', query: { page: 1, size: 2 } },
        answer: {
          total: 3,
          sites: [
            { id: 1, name: 'One' },
            { id: 2, name: 'Two' },
          ],
        },
      },
      {
        request: { method: 'GET', path: '/sites', query: { page: 2, size: 2 } },
        answer: { total: 3, sites: [{ id: 3, name: 'Three' }] },
      },
    ],
    records: [{ id: 1 }, { id: 2 }, { id: 3, name: 'Three' }],
  },
  'fixtures/devices.list.json': {
    call: { since: '2026-10-31T00:00:00Z' },
    exchanges: [
      {
        request: { method: 'GET', path: '/sites', query: { page: 1, size: 2 } },
        answer: { total: 1, sites: [{ id: 7, name: 'Seven' }] },
      },
      {
        request: {
          method: 'GET',
          path: '/sites/7/devices',
          query: { expand: 'eu', since: '2026-10-31T00:00:00.000Z' },
        },
        answer: { devices: [{ id: 71, name: 'SRV-1', changed: '2026-10-31T08:00:00Z' }], next: null },
      },
      { request: { method: 'GET', path: '/devices/71/health' }, answer: { state: 'good' } },
    ],
    records: [{ siteId: 7, id: 71, health: { state: 'good' } }],
  },
  'fixtures/devices.create.json': {
    exchanges: [
      {
        request: { method: 'POST', path: '/devices', body: { devices: [{ name: 'SRV-2' }] } },
        status: 201,
        answer: { devices: [{ id: 72, name: 'SRV-2' }] },
      },
    ],
    records: [{ name: 'SRV-2' }],
  },
  'fixtures/devices.update.json': {
    call: { path: { id: 72 } },
    exchanges: [
      { request: { method: 'PUT', path: '/devices/72', body: { name: 'SRV-3', id: 72 } }, answer: { id: 72 } },
    ],
    records: [{ name: 'SRV-3' }],
  },
  'fixtures/sign-in.application.json': {
    exchanges: [
      {
        request: {
          method: 'POST',
          url: 'https://eu.example.com/oauth/token',
          form: {
            grant_type: 'client_credentials',
            client_id: 'made-up-id',
            client_secret: 'made-up-secret',
            scope: 'read write',
          },
        },
        answer: { access_token: 'made-up-token', expires_in: 3600 },
      },
    ],
    credentials: { headers: { authorization: 'Bearer made-up-token' } },
  },
  'fixtures/sign-in.key.json': { exchanges: [], credentials: { headers: { 'x-api-key': 'made-up-key' } } },
};

/** A good connector with a part of everything, for the caller to break. */
export function goodFiles(): Files {
  return structuredClone({
    'connector.json': MANIFEST,
    'entities/sites.json': SITES,
    'entities/devices.json': DEVICES,
    ...FIXTURES,
  });
}

function placed(files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [path.join('made-up', name), content]));
}

/** What is wrong with the files of a connector. */
export function problemsOf(files: Files): readonly FileProblems[] {
  return withFiles(placed(files), (folder) => inspectConnector(path.join(folder, 'made-up')).problems);
}

/** Writes the files of a connector into a folder for as long as `use` takes. */
export async function withFolder<T>(files: Files, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-conformance-'));
  try {
    for (const [name, content] of Object.entries(placed(files))) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    }
    return await use(path.join(folder, 'made-up'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs all checks on a connector. */
export async function reportOf(
  files: Files,
  options: Parameters<typeof validateConnector>[1] = {},
): Promise<ConnectorReport> {
  return withFolder(files, (folder) => validateConnector(folder, options));
}

/** One check of a report. */
export function checkOf({ checks }: ConnectorReport, name: string): CheckReport {
  const check = checks.find((each) => each.name === name);
  if (!check) throw new Error(`there is no check "${name}"`);
  return check;
}

/** Findings of a level, of one check or of all. */
export function findingsOf(report: ConnectorReport, level: Finding['level'], name?: string): Finding[] {
  const checks = name === undefined ? report.checks : [checkOf(report, name)];
  return checks.flatMap(({ findings }) => findings.filter((each) => each.level === level));
}

/** Sets what stands at a path of a file; undefined takes it away. */
export function change(files: Files, file: string, at: readonly (string | number)[], value: unknown): Files {
  const parent = at
    .slice(0, -1)
    .reduce<Record<string | number, unknown>>(
      (found, key) => found[key] as Record<string | number, unknown>,
      files[file] as Record<string | number, unknown>,
    );
  const last = at.at(-1) ?? '';
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
  return files;
}
