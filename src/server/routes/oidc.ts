import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JSONSchema } from 'json-schema-to-ts';
import { IntegrationError } from '../../core/errors.ts';
import { hashToken } from '../../core/sealing.ts';
import type { User } from '../../store/users.ts';
import type { Api } from '../api.ts';
import { auditOf } from '../audit-entry.ts';
import { createOidc, type Oidc, type OidcPerson } from '../oidc.ts';
import type { Platform } from '../platform.ts';
import { publicUrl } from '../public-url.ts';
import { notFound, RequestError } from '../request-error.ts';
import { readCookie } from '../session-cookie.ts';
import { openSession } from '../sign-in-person.ts';

const PUBLIC = { permission: 'public' } as const;
/** So long a person may take at the provider. */
const OPEN_MS = 10 * 60_000;
const COOKIE = 'sluice-oidc';
/** In the place of a client: no client can be called so. */
const PROVIDER = '(oidc)';

/** Providers add what they like; only these are read. */
const CALLBACK_QUERY = {
  type: 'object',
  properties: {
    state: { type: 'string', minLength: 1, maxLength: 200 },
    code: { type: 'string', maxLength: 8000 },
    error: { type: 'string', maxLength: 8000 },
  },
  required: ['state'],
  additionalProperties: true,
} as const satisfies JSONSchema;

/** Signing in at an OpenID provider. */
export function oidcRoutes(api: Api, platform: Platform): void {
  const { settings, store } = platform;
  const oidc = settings.oidc && createOidc(settings.oidc);
  const requireOidc = (): Oidc => {
    if (!oidc) throw notFound('No provider is set up here: SLUICE_OIDC_ISSUER is not set');
    return oidc;
  };
  const base = (): string => publicUrl(settings, api.server);

  api.get(
    '/oidc/start',
    { config: PUBLIC, schema: { tags: ['people'], summary: 'Sends the browser to the provider to sign in' } },
    async (_request, reply) => {
      const [state, nonce, verifier] = [randomText(), randomText(), randomText()];
      const redirectUri = `${base()}/api/v1/oidc/callback`;
      const url = await requireOidc().start({ state, nonce, verifier, redirectUri });
      const begun = { id: randomUUID(), client: PROVIDER, secret: { verifier, redirectUri, nonce } };
      await store.signIns.begin(begun, hashToken(state), Date.now() + OPEN_MS);
      // Only the browser that began may end it: nobody is signed in by an address that somebody else sends.
      setCookie(reply, base(), state, OPEN_MS / 1000);
      return reply.redirect(url.href);
    },
  );

  api.get(
    '/oidc/callback',
    {
      config: PUBLIC,
      schema: { tags: ['people'], summary: 'Where the provider sends the browser back', querystring: CALLBACK_QUERY },
    },
    async (request, reply) => {
      const { state } = request.query;
      try {
        if (readCookie(request, COOKIE) !== state) throw notBegun('This browser began no such sign-in');
        const begun = await store.signIns.take(hashToken(state));
        if (typeof begun === 'string' || begun.client !== PROVIDER) throw notBegun('This sign-in is over');
        const { verifier, redirectUri, nonce = '' } = begun.secret;
        const answer = new URL(redirectUri);
        answer.search = new URL(request.url, redirectUri).search;
        const person = await requireOidc().finish(answer, { state, nonce, verifier, redirectUri });
        await store.signIns.end(begun.id, 'connected', 'Signed in');
        await openSession(platform, request, reply, await userOf(platform, request, person));
        addCookie(reply, clearing(base()));
        return await reply.redirect('/');
      } catch (error) {
        if (!(error instanceof IntegrationError)) throw error;
        const status = error instanceof RequestError ? error.status : 502;
        const text = `You are not signed in: ${error.message} (${error.code}). Go back and try again.`;
        return reply.code(status).type('text/plain; charset=utf-8').send(text);
      }
    },
  );
}

/** The user of a person, made at the first sign-in. Found by issuer and subject, never by a name that one can choose. */
async function userOf({ store }: Platform, request: FastifyRequest, person: OidcPerson): Promise<User> {
  const { issuer, subject, role } = person;
  const known = await store.users.findElsewhere(issuer, subject);
  const entry = (action: string, name: string) => ({ ...auditOf(request, action, `user/${name}`), actor: name });
  if (known?.isDisabled) throw new RequestError(403, 'ERR_SIGN_IN', 'The user is disabled');
  if (known) {
    await store.users.takeRole(known, role, entry('user.role', known.name));
    return { ...known, role };
  }
  for (const name of namesFor(person)) {
    const user = { name, role, password: null, issuer, subject };
    const made = await store.users.add(user, entry('user.create', name));
    if (made) return made;
  }
  throw new RequestError(409, 'ERR_USER_EXISTS', 'No name is free for you; ask an administrator');
}

/** The name that they have there, and others when somebody here has it. */
function namesFor({ name, issuer, subject }: OidcPerson): string[] {
  const plain =
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9._@+-]/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, 60) || 'user';
  const host = URL.canParse(issuer) ? new URL(issuer).hostname : 'provider';
  return [
    plain,
    `${plain}+${host}`.slice(0, 90),
    `${plain}+${hashToken(`${issuer} ${subject}`).toLowerCase().slice(0, 12)}`,
  ];
}

function notBegun(what: string): RequestError {
  return new RequestError(400, 'ERR_OIDC', `${what}; begin again at the sign-in page`);
}

/** 256 random bits; also fit as a PKCE verifier (43 characters). */
function randomText(): string {
  return randomBytes(32).toString('base64url');
}

/** `Lax`: the provider's page sends the browser back here. */
function setCookie(reply: FastifyReply, base: string, value: string, seconds: number): void {
  addCookie(reply, `${COOKIE}=${value}; Path=/api/v1/oidc; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure(base)}`);
}

function clearing(base: string): string {
  return `${COOKIE}=; Path=/api/v1/oidc; HttpOnly; SameSite=Lax; Max-Age=0${secure(base)}`;
}

function secure(base: string): string {
  return base.startsWith('https:') ? '; Secure' : '';
}

/** Beside those that the answer sets already. */
function addCookie(reply: FastifyReply, cookie: string): void {
  void reply.header('set-cookie', cookie);
}
