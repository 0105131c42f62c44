import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { checkClient } from '../../src/connector/check-client.ts';
import { loadConnector } from '../../src/connector/load.ts';
import { selfSigned } from '../http/self-signed.ts';
import { answerJson, readBody, withServer } from '../http/with-server.ts';
import { connect, readAll, signal } from './with-connector.ts';

const connector = loadConnector(path.resolve(import.meta.dirname, '../../connector/microsoft-graph'));
const TENANT = 'example.onmicrosoft.com';
const TOKEN_PATH = `/${TENANT}/oauth2/v2.0/token`;

/** Sign-in and Graph in one address. */
async function withGraph<T>(
  answer: (url: URL, host: string) => [number, unknown],
  use: (baseUri: string, asked: string[], forms: URLSearchParams[]) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  const forms: URLSearchParams[] = [];
  return withServer(
    (request, response) => {
      void readBody(request).then((body) => {
        const host = `http://${request.headers.host ?? ''}`;
        const url = new URL(request.url ?? '', host);
        if (url.pathname === TOKEN_PATH) {
          forms.push(new URLSearchParams(body));
          answerJson(response, 200, { access_token: 'made-up-access', expires_in: 3599 });
        } else {
          asked.push(decodeURIComponent(url.pathname + url.search));
          answerJson(response, ...answer(url, host));
        }
      });
    },
    (url) => use(url, asked, forms),
  );
}

const connectApplication = (baseUri: string) =>
  connect(connector, {
    authentication: 'client-secret',
    parameters: { baseUri, tenant: TENANT, clientId: 'app', clientSecret: 'made-up-secret' },
  });

test('a certificate signs in: the statement is for this tenant, and names the certificate', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { cert } = selfSigned(new Date('2026-01-01T00:00:00Z'), new Date('2036-01-01T00:00:00Z'));
  await withGraph(
    () => [200, { value: [{ id: 'tenant-1' }] }],
    async (baseUri, asked, forms) => {
      const client = connect(connector, {
        authentication: 'certificate',
        parameters: {
          ...{ baseUri, tenant: TENANT, clientId: 'app', certificate: cert },
          privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        },
      });
      await readAll(client, 'organization.list');
      const form = Object.fromEntries(forms[0] ?? []);
      const { client_assertion: assertion = '', ...rest } = form;
      expect(rest).toEqual({
        grant_type: 'client_credentials',
        client_id: 'app',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        scope: 'https://graph.microsoft.com/.default',
      });
      const { payload } = await jwtVerify(assertion, publicKey, { audience: baseUri + TOKEN_PATH });
      expect(payload).toMatchObject({ iss: 'app', sub: 'app' });
      const thumbprint = Buffer.from(new X509Certificate(cert).fingerprint.replaceAll(':', ''), 'hex');
      expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: 'RS256', x5t: thumbprint.toString('base64url') });
      expect(asked).toEqual(['/v1.0/organization']);
      client.close();
    },
  );
});

test.each(['users', 'groups', 'devices'])('%s: the next reading goes on with the link of the last', async (entity) => {
  const removed = { id: '2', '@removed': { reason: 'deleted' } };
  await withGraph(
    ({ searchParams, pathname }, host) => {
      const link = (name: string): string => `${host}${pathname}?$deltatoken=${name}`;
      if (searchParams.get('$deltatoken') === 'first') {
        return [200, { value: [removed], '@odata.deltaLink': link('second') }];
      }
      return [200, { value: [{ id: '1' }, { id: '2' }], '@odata.deltaLink': link('first') }];
    },
    async (baseUri, asked) => {
      const client = connectApplication(baseUri);
      const first = await readAll(client, `${entity}.delta`, { query: { $select: ['id', 'displayName'] } });
      const state = JSON.parse(JSON.stringify(first.pages.at(-1)?.state)) as object;
      const second = await readAll(client, `${entity}.delta`, {}, { state: state as never });
      expect(second.rows).toEqual([removed]);
      expect(asked).toEqual([
        `/v1.0/${entity}/delta?$select=id,displayName`,
        `/v1.0/${entity}/delta?$deltatoken=first`,
      ]);
      client.close();
    },
  );
});

test('the connection test reaches an address that overrides the usual one, and advises on consent', async () => {
  await withGraph(
    () => [403, { error: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges' } }],
    async (baseUri) => {
      const client = connectApplication(baseUri);
      const steps = await checkClient(client, signal);
      expect(steps[0]).toMatchObject({ step: 'address', status: 'passed' });
      expect(steps.find(({ status }) => status === 'failed')).toMatchObject({
        message: expect.stringContaining('Insufficient privileges'),
        hint: expect.stringContaining('grant admin consent'),
      });
      client.close();
    },
  );
});
