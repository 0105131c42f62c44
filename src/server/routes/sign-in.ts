import { randomBytes, randomUUID } from 'node:crypto';
import type { JSONSchema } from 'json-schema-to-ts';
import { IntegrationError } from '../../core/errors.ts';
import { hashToken } from '../../core/sealing.ts';
import type { Authorization } from '../../http/types.ts';
import type { Api } from '../api.ts';
import { requireClient } from '../find-client.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { publicUrl } from '../public-url.ts';
import { notFound, RequestError } from '../request-error.ts';

/** So long a person may take to sign in. */
const OPEN_MS = 10 * 60_000;
/** Longest time between the person's return and the token. */
const FINISH_MS = 60_000;
/** Asking the system for settings that were left out. */
const DISCOVER_MS = 60_000;
/** Longest words of another server that are passed on. */
const LONGEST_TOLD = 300;

const ATTEMPT_PARAMS = {
  type: 'object',
  properties: { ...IDENTIFIER_PARAMS.properties, attempt: { type: 'string', minLength: 1, maxLength: 64 } },
  required: ['id', 'attempt'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Systems add what they like; only these are read. */
const CALLBACK_QUERY = {
  type: 'object',
  properties: {
    state: { type: 'string', minLength: 1, maxLength: 200, description: 'The secret of this sign-in.' },
    code: { type: 'string', maxLength: 8000, description: 'What the system gave for the consent.' },
    error: { type: 'string', maxLength: 8000, description: 'Why there is no consent.' },
    error_description: { type: 'string', maxLength: 8000, description: 'The same in words.' },
  },
  required: ['state'],
  additionalProperties: true,
} as const satisfies JSONSchema;

/** Sign-ins by a person: begin one, see how it stands, and take what the system sends the browser back with. */
export function signInRoutes(api: Api, platform: Platform): void {
  const { store, log } = platform;

  api.post(
    '/clients/:id/authorize',
    {
      config: { permission: 'clients:connect' },
      schema: {
        tags: ['clients'],
        summary: 'Begins a sign-in by a person: the address to open in a browser, within ten minutes',
        params: IDENTIFIER_PARAMS,
      },
    },
    async ({ params: { id } }) => {
      const authorization = await requireAuthorization(platform, id);
      const [attempt, state, verifier] = [randomUUID(), randomText(), randomText()];
      const redirectUri = `${publicUrl(platform.settings, api.server)}/api/v1/oauth/callback`;
      const expiresAt = Date.now() + OPEN_MS;
      const url = authorization.start({ redirectUri, state, verifier });
      const begun = { id: attempt, client: id, secret: { verifier, redirectUri } };
      await store.signIns.begin(begun, hashToken(state), expiresAt);
      return { id: attempt, url, redirectUri, expiresAt: new Date(expiresAt).toISOString() };
    },
  );

  api.get(
    '/clients/:id/authorize/:attempt',
    {
      config: { permission: 'clients:connect' },
      schema: { tags: ['clients'], summary: 'How a sign-in by a person stands', params: ATTEMPT_PARAMS },
    },
    async ({ params: { id, attempt } }) => {
      const found = await store.signIns.find(id, attempt);
      if (!found) throw notFound(`There is no sign-in "${attempt}" of the client "${id}"; it may be long over`);
      const { status, message, expiresAt } = found;
      if (status !== 'open' && status !== 'taken') return { status, message };
      const endsAt = status === 'open' ? expiresAt : expiresAt + FINISH_MS;
      return { status: endsAt <= Date.now() ? 'expired' : 'open', message };
    },
  );

  api.get(
    '/oauth/callback',
    {
      // Whoever comes here has no token of ours; the state is what lets them in, once.
      config: { permission: 'public' },
      schema: {
        tags: ['clients'],
        summary: 'Where systems send the browser after a sign-in',
        querystring: CALLBACK_QUERY,
      },
    },
    async ({ query: { state, code, error, error_description: words } }, reply) => {
      const begun = await store.signIns.take(hashToken(state));
      // Plain text, so that nothing that came along is ever taken for a page.
      const answer = (status: number, text: string) => reply.code(status).type('text/plain; charset=utf-8').send(text);
      if (typeof begun === 'string')
        return answer(400, `${NOT_TAKEN[begun]} Begin again with "sluice connect <client>".`);
      const { id, client, secret } = begun;
      const failure = await failureOf(() =>
        code === undefined || error !== undefined
          ? Promise.reject(noConsent(error, words))
          : finish(platform, client, { code, ...secret }),
      );
      await store.signIns.end(id, failure === undefined ? 'connected' : 'failed', failure ?? CONNECTED);
      log.info({ client, connected: failure === undefined }, 'A person came back from signing in');
      if (failure !== undefined) return answer(400, `"${client}" is not connected: ${failure}`);
      return answer(200, `"${client}" is connected. You can close this window.`);
    },
  );
}

const CONNECTED = 'Connected';

const NOT_TAKEN = {
  unknown: 'This sign-in is not known.',
  used: 'This sign-in was used already: each address works once.',
  expired: 'This sign-in took longer than ten minutes.',
};

/** 256 random bits; also fit as a PKCE verifier (43 characters). */
function randomText(): string {
  return randomBytes(32).toString('base64url');
}

async function requireAuthorization(platform: Platform, id: string): Promise<Authorization> {
  const client = await requireClient(platform, id);
  const authorization = await client.inside.authorization(AbortSignal.timeout(DISCOVER_MS));
  if (authorization) return authorization;
  const message = `The client "${id}" signs in by itself: its authentication needs no person. Test it with "sluice check ${id}"`;
  throw new RequestError(400, 'ERR_NO_PERSON_NEEDED', message);
}

async function finish(
  platform: Platform,
  id: string,
  answer: { code: string; verifier: string; redirectUri: string },
): Promise<void> {
  const client = await requireClient(platform, id);
  const authorization = await requireAuthorization(platform, id);
  try {
    await authorization.finish(answer);
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    throw new RequestError(502, error.code, client.inside.http.redact(error.message));
  }
  await platform.health.recover(id, 'A person signed in');
}

function noConsent(error: string | undefined, words: string | undefined): RequestError {
  const told = [error, words].filter((part) => part !== undefined && part !== '').join(': ');
  const message = told === '' ? 'The system sent no code' : `The system says: ${told.slice(0, LONGEST_TOLD)}`;
  return new RequestError(400, 'ERR_CONSENT_REFUSED', message);
}

/** What went wrong, for the person in front of the browser; bugs fall through. */
async function failureOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof IntegrationError) return `${error.message} (${error.code})`;
    throw error;
  }
}
