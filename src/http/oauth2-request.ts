import { AuthError, HttpStatusError, NetworkError, RateLimitError } from '../core/errors.ts';
import { isObject } from '../core/record.ts';
import { backoffMs } from './backoff.ts';
import { findErrorMessage } from './error-messages.ts';
import type { Secrets } from './redaction.ts';
import { parseRetryAfter } from './retry-after.ts';
import { sleep as realSleep } from './sleep.ts';
import type { AuthenticatorContext, HttpAnswer, HttpRequest, StoredToken } from './types.ts';

/** How a token is asked for, and how long it is used. */
export interface TokenRequest {
  readonly request: HttpRequest;
  readonly renewEarlyMs: number;
  readonly fallbackLifeSeconds: number;
  /** What the request carries, in case the server echoes it. */
  readonly secrets: Secrets;
}

const RETRY = { attempts: 4, baseMs: 500, maxMs: 8_000 };
/** A longer wait is the queue's, not ours: other workers wait for this token. */
const LONGEST_WAIT_MS = 20_000;

/**
 * Fetches a token. The token URL's own 429, 5xx and network errors are tried again with backoff.
 *
 * @returns `expiresAtMs` is the end of its life less the early renewal.
 * @throws AuthError that says which setting to look at; RateLimitError, NetworkError or HttpStatusError when the token
 * URL stays out of reach. None of them leaves a call uncertain: it was not sent.
 */
export async function requestToken(source: TokenRequest, context: AuthenticatorContext): Promise<StoredToken> {
  const answer = await askPatiently(source, context);
  const body = isObject(answer.body) ? answer.body : {};
  const accessToken = body['access_token'];
  if (answer.status >= 300 || typeof accessToken !== 'string' || accessToken === '') {
    throw refusal(answer, source, context);
  }
  context.addSecret(accessToken);
  const lifeMs = lifeSeconds(body['expires_in'], source.fallbackLifeSeconds) * 1000;
  const expiresAtMs = context.now() + lifeMs - Math.min(source.renewEarlyMs, lifeMs / 2);
  const { scope } = body;
  return { accessToken, expiresAtMs, ...(typeof scope === 'string' && { scope }) };
}

/** Some servers send the number as a text. */
function lifeSeconds(value: unknown, fallback: number): number {
  const life = typeof value === 'string' ? Number(value) : value;
  return typeof life === 'number' && Number.isFinite(life) && life > 0 ? life : fallback;
}

async function askPatiently(source: TokenRequest, context: AuthenticatorContext): Promise<HttpAnswer> {
  const { sleep = realSleep, random = Math.random } = context;
  for (let tries = 1; ; tries += 1) {
    const result = await ask(source, context);
    if (!(result instanceof Error)) return result;
    const askedMs = result instanceof RateLimitError ? result.retryAfterMs : 0;
    if (tries >= RETRY.attempts || askedMs > LONGEST_WAIT_MS) throw result;
    await sleep(Math.max(askedMs, backoffMs(tries, RETRY, random())));
  }
}

/** @returns The answer, or an error that may pass. */
async function ask(source: TokenRequest, context: AuthenticatorContext): Promise<HttpAnswer | Error> {
  try {
    const answer = await context.send(source.request);
    return temporaryError(answer, source, context) ?? answer;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const explained = explainNetworkError(error, source, context);
    if (!explained.retryable) throw explained;
    return explained;
  }
}

function temporaryError(answer: HttpAnswer, source: TokenRequest, context: AuthenticatorContext): Error | undefined {
  const { status, headers } = answer;
  const message = `${describe(source, context)} answered ${status}`;
  const details = detailsOf(answer, source, context);
  if (status === 429) {
    const retryAfterMs = parseRetryAfter(headers['retry-after'] ?? '', context.now()) ?? 0;
    return new RateLimitError(message, retryAfterMs, { details });
  }
  if (status === 408 || status >= 500) return new HttpStatusError('ERR_HTTP_STATUS', message, status, { details });
  return undefined;
}

function explainNetworkError(
  error: NetworkError,
  source: TokenRequest,
  context: AuthenticatorContext,
): AuthError | NetworkError {
  const details = { client: context.client, tokenUrl: source.request.url };
  const what = describe(source, context);
  if (error.code === 'ERR_NOT_JSON' || error.code === 'ERR_REDIRECTED') {
    const found = error.code === 'ERR_NOT_JSON' ? 'answered with a web page' : 'redirects to another address';
    return new AuthError('ERR_TOKEN_URL_WRONG', `${what} ${found}. ${URL_HINT}`, { details });
  }
  // What was received of the token must not travel on in details, so these are not handed through.
  if (error.code === 'ERR_JSON_INVALID') {
    return new AuthError('ERR_TOKEN_ANSWER', `${what} answered with JSON that is cut off or not valid`, { details });
  }
  const { code, retryable, cause } = error;
  const message = source.secrets.redact(`${context.client}: signing in: ${error.message}`);
  return new NetworkError(code, message, { retryable, uncertain: false, details, cause });
}

function refusal(answer: HttpAnswer, source: TokenRequest, context: AuthenticatorContext): AuthError {
  const { code, advice } = explainRefusal(answer);
  const told = findErrorMessage(answer.body, ['error_description', 'error', 'errorMessage', 'Message']);
  const said = told === undefined ? '' : ` (${source.secrets.redact(told)})`;
  const message = `${describe(source, context)} answered ${answer.status}${said}. ${advice}`;
  return new AuthError(code, message, { details: detailsOf(answer, source, context) });
}

function explainRefusal({ status, body }: HttpAnswer): { code: string; advice: string } {
  const error = isObject(body) ? body['error'] : undefined;
  const known = typeof error === 'string' ? REFUSALS[error] : undefined;
  if (known) return known;
  const isWebPage = typeof body === 'string' && body.trimStart().startsWith('<');
  if (status === 404 || status === 405 || isWebPage) return { code: 'ERR_TOKEN_URL_WRONG', advice: URL_HINT };
  if (status === 401) return CLIENT_REFUSED;
  if (status < 300) {
    const advice = 'There is no access_token in its answer: check that this is the token URL';
    return { code: 'ERR_TOKEN_ANSWER', advice };
  }
  return { code: 'ERR_TOKEN_REFUSED_REQUEST', advice: 'Check the tenant, the client id and the token URL' };
}

function describe({ request }: TokenRequest, { client }: AuthenticatorContext): string {
  const { host, pathname } = new URL(request.url);
  return `${client}: the token URL ${host}${pathname}`;
}

function detailsOf(
  { status, body }: HttpAnswer,
  { request, secrets }: TokenRequest,
  { client }: AuthenticatorContext,
): Record<string, unknown> {
  const error = isObject(body) ? body['error'] : undefined;
  const details = { client, tokenUrl: request.url, status };
  return typeof error === 'string' ? { ...details, error: secrets.redact(error.slice(0, 200)) } : details;
}

const URL_HINT = 'Check authUri: it is the address of the authorisation server without /token';

const CLIENT_REFUSED = {
  code: 'ERR_CLIENT_REFUSED',
  advice: 'The client id or the client secret is wrong, or the application is not active',
};

const GRANT_NOT_ALLOWED = {
  code: 'ERR_GRANT_NOT_ALLOWED',
  advice: 'The application does not allow this way of signing in: compare its authentication method with the setting',
};

/** Errors of RFC 6749, section 5.2. */
const REFUSALS: Readonly<Record<string, { code: string; advice: string }>> = {
  invalid_client: CLIENT_REFUSED,
  invalid_grant: { code: 'ERR_GRANT_REFUSED', advice: 'The user name or the password is wrong, or the user is locked' },
  invalid_scope: {
    code: 'ERR_SCOPE_REFUSED',
    advice: 'One of the scopes is unknown, or the application was not granted it',
  },
  unauthorized_client: GRANT_NOT_ALLOWED,
  unsupported_grant_type: GRANT_NOT_ALLOWED,
};
