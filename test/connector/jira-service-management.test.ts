import path from 'node:path';
import { expect, test } from '@jest/globals';
import { checkClient } from '../../src/connector/check-client.ts';
import { loadConnector } from '../../src/connector/load.ts';
import { errorOf } from '../http/test-transport.ts';
import { answerJson, readBody, withServer } from '../http/with-server.ts';
import { connect, readAll, signal } from './with-connector.ts';

const connector = loadConnector(path.resolve(import.meta.dirname, '../../connector/jira-service-management'));
const SITE = 'https://acme.atlassian.net';
const BASIC = `Basic ${Buffer.from('sam@example.com:made-up-token').toString('base64')}`;

interface Asked {
  readonly call: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Atlassian in one address: sign-in, sites of the person, and Jira below the id of the site or at the root. */
async function withAtlassian<T>(use: (baseUri: string, asked: Asked[]) => Promise<T>): Promise<T> {
  const asked: Asked[] = [];
  return withServer(
    (request, response) => {
      void readBody(request).then((body) => {
        const { pathname } = new URL(request.url ?? '', 'http://x');
        asked.push({ call: `${request.method ?? ''} ${pathname}`, authorization: request.headers.authorization, body });
        answerJson(response, 200, answerTo(pathname));
      });
    },
    (url) => use(url, asked),
  );
}

function answerTo(pathname: string): unknown {
  switch (pathname) {
    case '/oauth/token':
      return { access_token: 'made-up-access', refresh_token: 'made-up-refresh', expires_in: 3600 };
    case '/oauth/token/accessible-resources':
      return [
        { id: 'cloud-1', url: 'https://other.atlassian.net', name: 'other' },
        { id: 'cloud-2', url: SITE, name: 'acme' },
      ];
    case '/rest/api/3/myself':
      return { accountId: 'made-up-1' };
    default:
      return { isLastPage: true, values: [{ id: '1', name: 'Sample Works' }] };
  }
}

async function signedIn(baseUri: string, site: string) {
  const client = connect(connector, {
    authentication: 'authorization-code',
    parameters: { site, baseUri, clientId: 'app', clientSecret: 'made-up-secret' },
  });
  const authorization = await client.inside.authorization(signal);
  const redirectUri = 'https://sluice.example.com/callback';
  const page = authorization?.start({ redirectUri, state: 'made-up-state', verifier: 'made-up-verifier' });
  await authorization?.finish({ code: 'made-up-code', redirectUri, verifier: 'made-up-verifier' });
  return { client, page: new URL(page ?? '') };
}

test('calls of a person go below the id of the site, which is looked up once, signed in', async () => {
  await withAtlassian(async (baseUri, asked) => {
    const { client, page } = await signedIn(baseUri, `${SITE}/`);
    expect(Object.fromEntries(page.searchParams)).toMatchObject({
      ...{ audience: 'api.atlassian.com', prompt: 'consent', client_id: 'app', response_type: 'code' },
      scope: expect.stringContaining('offline_access'),
    });
    expect((await readAll(client, 'organizations.list')).rows).toHaveLength(1);
    await readAll(client, 'organizations.list');
    expect(asked.map(({ call }) => call)).toEqual([
      'POST /oauth/token',
      'GET /oauth/token/accessible-resources',
      'GET /ex/jira/cloud-2/rest/servicedeskapi/organization',
      'GET /ex/jira/cloud-2/rest/servicedeskapi/organization',
    ]);
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ grant_type: 'authorization_code', code: 'made-up-code' });
    expect(asked.slice(1).map(({ authorization }) => authorization)).toEqual(
      Array.from({ length: 3 }, () => 'Bearer made-up-access'),
    );
    client.close();
  });
});

test('a site that the person did not give access to is told', async () => {
  await withAtlassian(async (baseUri) => {
    const { client } = await signedIn(baseUri, 'https://nobody.atlassian.net');
    expect(await errorOf(readAll(client, 'organizations.list'))).toMatchObject({
      code: 'ERR_NOT_DISCOVERED',
      message: expect.stringContaining('choose it on the consent page'),
    });
    client.close();
  });
});

test('an API token goes to the site alone: nobody is asked for an id', async () => {
  await withAtlassian(async (baseUri, asked) => {
    const client = connect(connector, {
      authentication: 'api-token',
      parameters: { site: SITE, baseUri, email: 'sam@example.com', apiToken: 'made-up-token' },
    });
    await readAll(client, 'organizations.list');
    expect(asked).toEqual([{ call: 'GET /rest/servicedeskapi/organization', authorization: BASIC, body: '' }]);
    const steps = await checkClient(client, signal);
    expect(steps.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(steps.find(({ step }) => step === 'tenant')).toMatchObject({ status: 'skipped' });
    client.close();
  });
});
