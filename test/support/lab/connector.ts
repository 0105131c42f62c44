import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const CLIENT = { clientId: 'lab', clientSecret: '&{secret.clientSecret}' };

/** The connector of the lab: every kind of sign-in, paging and writing that the fault tests break. */
const CONNECTOR = {
  version: 1,
  name: 'lab',
  title: 'Lab',
  parameters: {
    baseUri: { title: 'Base URI', format: 'uri', required: true },
    key: { title: 'Key', secret: true },
    clientSecret: { title: 'Client secret', secret: true },
  },
  authentications: {
    key: {
      title: 'Key',
      parameters: ['key'],
      authenticator: { type: 'api-key', keys: [{ in: 'header', name: 'X-Key', value: '&{secret.key}' }] },
    },
    application: {
      title: 'Application',
      parameters: ['clientSecret'],
      authenticator: {
        type: 'oauth2-client-credentials',
        tokenUrl: '&{config.baseUri}/token',
        ...CLIENT,
        scopes: 'all',
      },
    },
    person: {
      title: 'A person',
      parameters: ['clientSecret'],
      authenticator: {
        type: 'oauth2-authorization-code',
        authorizeUrl: '&{config.baseUri}/authorize',
        tokenUrl: '&{config.baseUri}/token',
        ...CLIENT,
        scopes: 'all offline_access',
      },
    },
  },
  baseUrl: '&{config.baseUri}',
  paginators: {
    pages: { type: 'page-number', pageParameter: 'page', sizeParameter: 'size', size: 50, stop: ['total', 'empty'] },
  },
  errorMessages: ['message'],
  errors: [{ name: 'error in a 200', when: { field: 'body.problem', exists: true }, then: 'fail', class: 'data' }],
  check: { operation: 'records.list' },
};

const LIST = { title: 'Lists rows', method: 'GET', paginator: 'pages', records: 'rows', total: 'total' };
const DELTA = { parameter: 'changed_since', field: 'changed_at', format: 'iso' };

const RECORDS = {
  name: 'records',
  title: 'Records',
  key: ['id'],
  operations: { list: { ...LIST, path: '/records', delta: DELTA } },
};

/** The same rows, in an entity without a delta parameter. */
const WHOLE = {
  name: 'whole',
  title: 'Records, all of them',
  key: ['id'],
  operations: { list: { ...LIST, path: '/records' } },
};

/** The same rows, keyed by parent and id. */
const CHILDREN = { ...WHOLE, name: 'children', title: 'Children', key: ['parent', 'id'] };

const ITEMS = {
  name: 'items',
  title: 'Items',
  key: ['id'],
  idField: 'id',
  operations: {
    list: { ...LIST, path: '/items', delta: DELTA },
    post: {
      title: 'Adds or updates items',
      method: 'POST',
      path: '/items',
      body: { wrap: 'array', maxBatch: 50, defaultBatch: 10 },
    },
  },
};

/** Writes the connector below a folder of connectors. */
export function writeLabConnector(folder: string): void {
  mkdirSync(path.join(folder, 'lab/entities'), { recursive: true });
  writeFileSync(path.join(folder, 'lab/connector.json'), JSON.stringify(CONNECTOR));
  for (const entity of [RECORDS, WHOLE, CHILDREN, ITEMS]) {
    writeFileSync(path.join(folder, `lab/entities/${entity.name}.json`), JSON.stringify(entity));
  }
}
