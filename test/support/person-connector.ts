import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A connector whose clients sign in as a person; its system is at the base URI of the client. */
const PERSON = {
  version: 1,
  name: 'person',
  title: 'Person',
  parameters: {
    baseUri: { title: 'Base URI', format: 'uri', required: true },
    clientSecret: { title: 'Client secret', secret: true },
  },
  authentications: {
    person: {
      title: 'A person',
      parameters: ['clientSecret'],
      authenticator: {
        type: 'oauth2-authorization-code',
        authorizeUrl: '&{config.baseUri}/authorize',
        tokenUrl: '&{config.baseUri}/token',
        clientId: 'app',
        clientSecret: '&{secret.clientSecret}',
        scopes: 'read offline_access',
      },
    },
    nobody: { title: 'Nobody', authenticator: { type: 'none' } },
  },
  baseUrl: '&{config.baseUri}/api',
  check: { operation: 'things.list' },
};

const THINGS = {
  name: 'things',
  title: 'Things',
  key: ['id'],
  operations: { list: { title: 'Lists things', method: 'GET', path: '/things', records: '', paginator: 'single' } },
};

/** Writes the connector below a folder of connectors. */
export function writePersonConnector(folder: string): void {
  mkdirSync(path.join(folder, 'person/entities'), { recursive: true });
  writeFileSync(path.join(folder, 'person/connector.json'), JSON.stringify(PERSON));
  writeFileSync(path.join(folder, 'person/entities/things.json'), JSON.stringify(THINGS));
}
