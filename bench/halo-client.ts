import { Agent } from 'node:http';
import { got, type Got } from 'got';
import type { HaloAccess } from './messages.ts';

/** Signs in to a sandbox Halo, as code without a platform would: a client that keeps its connections. */
export async function signIn({ url, authUrl, clientId, clientSecret }: HaloAccess): Promise<Got> {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: 'all' };
  const { access_token: token } = await got.post(`${authUrl}/token`, { form }).json<{ access_token: string }>();
  return got.extend({
    prefixUrl: `${url}/api`,
    agent: { http: new Agent({ keepAlive: true }) },
    headers: { authorization: `Bearer ${token}` },
    retry: { limit: 0 },
  });
}
