import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { DURATION, parseDuration } from '../core/duration.ts';
import { AuthError, ConfigError, HttpStatusError, NetworkError, RateLimitError } from '../core/errors.ts';
import { backoffMs } from './backoff.ts';
import { parseRetryAfter } from './retry-after.ts';
import { sleep as realSleep } from './sleep.ts';
import { describeTokenUrl, detailsOf, said, TOKEN_URL_HINT, type TokenCall } from './token-refusal.ts';
import type { AuthenticatorContext, HttpAnswer } from './types.ts';

/** Options that say when a sign-in is locked. */
export const LOCK_OPTIONS = {
  lockedOn: {
    type: 'array',
    items: { type: 'integer', minimum: 400, maximum: 599 },
    default: [423],
    description:
      'Statuses of the token URL that mean: locked after too many tries. They are never tried again at once.',
  },
  lockedFor: {
    ...DURATION,
    description: `Where the lock ends by itself: how long calls wait for that, without using up attempts. ${DURATION.description}`,
  },
} as const satisfies Record<string, JSONSchema>;

/** Checked {@link LOCK_OPTIONS}. */
export interface LockSettings {
  readonly lockedOn: FromSchema<typeof LOCK_OPTIONS.lockedOn>;
  readonly lockedFor?: string | undefined;
}

const RETRY = { attempts: 4, baseMs: 500, maxMs: 8_000 };
/** A longer wait is the queue's, not ours: other workers wait for this token. */
const LONGEST_WAIT_MS = 20_000;

/**
 * Calls a token URL. Its own 429, 5xx and network errors are tried again with backoff.
 *
 * @returns An answer of any other status.
 * @throws AuthError that says which setting to look at; RateLimitError, NetworkError or HttpStatusError when the token
 * URL stays out of reach. None of them leaves a call uncertain: it was not sent.
 */
export async function callTokenUrl(
  call: TokenCall,
  lock: LockSettings,
  context: AuthenticatorContext,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  requireAddress(call.request.url, context.client);
  const { sleep = realSleep, random = Math.random } = context;
  for (let tries = 1; ; tries += 1) {
    const answer = await ask(call, context, signal);
    const passing = answer instanceof Error ? answer : judge(answer, call, lock, context.now());
    if (!passing) return answer as HttpAnswer;
    const askedMs = passing instanceof RateLimitError ? passing.retryAfterMs : 0;
    if (tries >= RETRY.attempts || askedMs > LONGEST_WAIT_MS) throw passing;
    await sleep(Math.max(askedMs, backoffMs(tries, RETRY, random())), signal);
  }
}

/** @throws ConfigError ERR_ADDRESS_INVALID where settings that are missing make no address. */
export function requireAddress(url: string, client: string): void {
  if (URL.canParse(url) && /^https?:/i.test(url)) return;
  const message = `${client}: signing in needs an absolute http or https address, not "${url.slice(0, 200)}"`;
  throw new ConfigError('ERR_ADDRESS_INVALID', message, { details: { client } });
}

/**
 * An error that may pass; undefined for an answer to work with.
 *
 * @throws AuthError or RateLimitError when the sign-in is locked.
 */
function judge(answer: HttpAnswer, call: TokenCall, lock: LockSettings, now: number): Error | undefined {
  if (lock.lockedOn.includes(answer.status)) throw locked(answer, call, lock, now);
  return passingError(answer, call, now);
}

async function ask(call: TokenCall, context: AuthenticatorContext, signal: AbortSignal): Promise<HttpAnswer | Error> {
  try {
    return await context.send(call.request, signal);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const explained = explainNetworkError(error, call);
    if (!explained.retryable) throw explained;
    return explained;
  }
}

function locked(answer: HttpAnswer, call: TokenCall, { lockedFor }: LockSettings, now: number): Error {
  const what = `${describeTokenUrl(call)} answered ${answer.status}${said(answer, call)}`;
  const message = `${what}: the sign-in is locked after too many tries`;
  const details = detailsOf(answer, call);
  if (lockedFor !== undefined) {
    const askedMs = parseRetryAfter(answer.headers['retry-after'] ?? '', now) ?? 0;
    return new RateLimitError(message, Math.max(askedMs, parseDuration(lockedFor)), { details });
  }
  const advice = 'Have it unlocked in the system, and check whether anything else signs in with the same credentials';
  return new AuthError('ERR_SIGN_IN_LOCKED', `${message}. ${advice}`, { details });
}

function passingError(answer: HttpAnswer, call: TokenCall, now: number): Error | undefined {
  const { status, headers } = answer;
  const message = `${describeTokenUrl(call)} answered ${status}`;
  const details = detailsOf(answer, call);
  if (status === 429) {
    return new RateLimitError(message, parseRetryAfter(headers['retry-after'] ?? '', now) ?? 0, { details });
  }
  if (status === 408 || status >= 500) return new HttpStatusError('ERR_HTTP_STATUS', message, status, { details });
  return undefined;
}

function explainNetworkError(error: NetworkError, call: TokenCall): AuthError | NetworkError {
  const { client, request, secrets } = call;
  const details = { client, tokenUrl: request.url };
  const what = describeTokenUrl(call);
  if (error.code === 'ERR_NOT_JSON' || error.code === 'ERR_REDIRECTED') {
    const found = error.code === 'ERR_NOT_JSON' ? 'answered with a web page' : 'redirects to another address';
    return new AuthError('ERR_TOKEN_URL_WRONG', `${what} ${found}. ${TOKEN_URL_HINT}`, { details });
  }
  // What was received of the token must not travel on in details, so these are not handed through.
  if (error.code === 'ERR_JSON_INVALID') {
    return new AuthError('ERR_TOKEN_ANSWER', `${what} answered with JSON that is cut off or not valid`, { details });
  }
  const { code, retryable, cause } = error;
  const message = secrets.redact(`${client}: signing in: ${error.message}`);
  return new NetworkError(code, message, { retryable, uncertain: false, details, cause });
}
