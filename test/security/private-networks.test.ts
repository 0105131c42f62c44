import { beforeAll, describe, expect, test } from '@jest/globals';
import { haloClient, type Reply, type Role, withApp } from '../server/with-app.ts';

const app = withApp({ variables: () => ({ SLUICE_ALLOW_PRIVATE_NETWORKS: '' }) });
const API = '/api/v1';
const NETWORKS = ['127.0.0.0/8'];

interface Client {
  readonly kind: string;
  readonly identifier: string;
  readonly spec: object;
}

function clientWith(identifier: string, allowPrivateNetworks: readonly string[]): Client {
  const client = haloClient(app, identifier) as Client;
  return { ...client, spec: { ...client.spec, allowPrivateNetworks } };
}

function put(client: Client, role: Role): Promise<Reply> {
  return app.send('PUT', `${API}/documents/client/${client.identifier}`, client, { role });
}

/** What the connection test says of the address of a client. */
async function addressOf(identifier: string): Promise<unknown> {
  const { body } = await app.post(`${API}/clients/${identifier}/test`);
  return (body['steps'] as object[])[0];
}

beforeAll(async () => {
  await app.apply(haloClient(app, 'closed'));
  expect(await put(clientWith('open', NETWORKS), 'administrator')).toMatchObject({ status: 201 });
});

test('a network is open for the one client that an administrator opened it for, and the trail tells', async () => {
  expect(await addressOf('open')).toMatchObject({ status: 'passed' });
  const message = expect.stringContaining('127.0.0.1/32 to "allowPrivateNetworks" of the client') as unknown;
  expect(await addressOf('closed')).toMatchObject({ status: 'failed', message });
  const { body } = await app.get(`${API}/audit?subject=client/open`);
  expect(body['items']).toMatchObject([{ after: { spec: { allowPrivateNetworks: NETWORKS } } }]);
});

describe('an editor', () => {
  const refused = { status: 403, body: { code: 'ERR_NETWORKS', details: { networks: NETWORKS } } };
  const asEditor = { role: 'editor' } as const;

  test('opens none: neither by saving, nor by applying, nor by a look at what an apply would do', async () => {
    const closed = clientWith('closed', NETWORKS);
    expect(await put(closed, 'editor')).toMatchObject(refused);
    expect(await put(clientWith('another', NETWORKS), 'editor')).toMatchObject(refused);
    for (const dryRun of [false, true]) {
      const body = { documents: [{ source: 'file', document: closed }], dryRun };
      expect(await app.send('POST', `${API}/documents/apply`, body, asEditor)).toMatchObject(refused);
    }
    expect(await addressOf('closed')).toMatchObject({ status: 'failed' });
  });

  test('opens none by going back to a version that had it', async () => {
    await put(clientWith('back', NETWORKS), 'administrator');
    await put(clientWith('back', []), 'administrator');
    const rollback = `${API}/documents/client/back/rollback`;
    expect(await app.send('POST', rollback, { version: 1 }, asEditor)).toMatchObject(refused);
  });

  test('saves a client that has one, and takes it away, but not back', async () => {
    expect(await put({ ...clientWith('open', NETWORKS), name: 'Halo' } as Client, 'editor')).toMatchObject({
      status: 200,
    });
    const wider = ['127.0.0.0/8', '10.0.0.0/8'];
    expect(await put(clientWith('open', wider), 'editor')).toMatchObject({
      body: { code: 'ERR_NETWORKS', details: { networks: ['10.0.0.0/8'] } },
    });
    expect(await put(clientWith('open', []), 'editor')).toMatchObject({ status: 200 });
    expect(await put(clientWith('open', NETWORKS), 'editor')).toMatchObject(refused);
  });
});

test('what is no network is refused with its place', async () => {
  const reply = await put(clientWith('closed', ['10.0.0.0/8', 'intranet']), 'administrator');
  expect(reply).toMatchObject({ status: 400 });
  expect(reply.text).toContain('spec.allowPrivateNetworks[1]');
});
