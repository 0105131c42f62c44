import { IntegrationError, NetworkError, RateLimitError } from '../core/errors.ts';
import { backoffMs, type RetryOptions } from './backoff.ts';
import { toExchange } from './exchange.ts';
import { judgeAnswer, type Judgement, type Verdict } from './judge-answer.ts';
import { windowsOf } from './limits.ts';
import { createPauseLength, type PauseLength } from './pause-length.ts';
import { Places } from './places.ts';
import type { Secrets } from './redaction.ts';
import { sleep as realSleep, type Sleep } from './sleep.ts';
import { readWait } from './wait-told.ts';
import type { RawAnswer, Transport } from './transport.ts';
import type {
  Authenticator,
  CallBudget,
  CallTerms,
  CallWatch,
  CallWindow,
  Credentials,
  ErrorRule,
  Exchange,
  HttpAnswer,
  HttpClient,
  HttpRequest,
  Limit,
  NamedBudget,
  Reservation,
  WaitUnit,
} from './types.ts';

/** What a client is made of. */
export interface HttpClientOptions {
  /** Identifier of the client: first word of messages, and its name in the budget. */
  readonly name: string;
  readonly transport: Transport;
  readonly authenticator: Authenticator;
  readonly limits: readonly Limit[];
  readonly budget: CallBudget;
  readonly retry: RetryOptions;
  /** Longest wait of one call for its budget and for pauses together; 15 minutes unless given. */
  readonly maxWaitMs?: number;
  /** Where the system puts the message of an error, in order. */
  readonly errorMessagePaths: readonly string[];
  readonly errorRules?: readonly ErrorRule[];
  /** Whether the same credentials go with every call; false unless given. */
  readonly hasStaticCredentials?: boolean;
  /** Headers that tell what is left of the system's own budget. */
  readonly rateHeaders?: RateHeaders | undefined;
  /** Told of every try and of how calls end; nobody unless given. */
  readonly watch?: CallWatch | undefined;
  /** Shared with the authenticator, whose tokens join it. */
  readonly secrets: Secrets;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly sleep?: Sleep;
}

/** Headers of every answer: calls that are left, and when there are more. */
export interface RateHeaders {
  readonly remaining: string;
  readonly reset: string;
  readonly unit: WaitUnit;
}

/** Options with defaults, and what the client remembers between calls. */
interface Parts extends Required<HttpClientOptions> {
  readonly places: Places;
  readonly windows: readonly CallWindow[];
  readonly pauses: PauseLength;
}

/** One call through all its tries. */
interface Call {
  readonly request: HttpRequest;
  readonly signal: AbortSignal;
  readonly onExchange: ((exchange: Exchange) => void) | undefined;
  readonly patience: Patience;
  /** Tries that count: waiting for limits and renewing the token use up none. */
  tries: number;
  isRenewed: boolean;
}

/** What is left of the time a call may wait. */
interface Patience {
  leftMs: number;
}

/** What one try brought, and when and how it was sent. */
interface Outcome {
  readonly verdict: Verdict;
  readonly sentAt: number;
  readonly credentials: Credentials;
}

const DEFAULT_MAX_WAIT_MS = 15 * 60_000;
/** A reset further away than this is a mistake. */
const LONGEST_HEEDED_MS = 3_600_000;

/** Creates a client: budget, sign-in, limits, safe retry and clear errors around a transport. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const parts = withDefaults(options);
  return {
    reserve: (signal, terms) => reserve(parts, terms, { leftMs: parts.maxWaitMs }, signal),
    send: (request, signal, { reserved, onExchange } = {}) => {
      const patience = { leftMs: parts.maxWaitMs };
      return sendCall(parts, { request, signal, onExchange, patience, tries: 0, isRenewed: false }, reserved);
    },
    redact: (text) => parts.secrets.redact(text),
    close: () => {
      parts.transport.close();
    },
  };
}

function withDefaults(options: HttpClientOptions): Parts {
  return {
    maxWaitMs: DEFAULT_MAX_WAIT_MS,
    errorRules: [],
    rateHeaders: undefined,
    watch: undefined,
    hasStaticCredentials: false,
    now: Date.now,
    random: Math.random,
    sleep: realSleep,
    ...options,
    places: new Places(options),
    windows: windowsOf(options.limits),
    pauses: createPauseLength(),
  };
}

async function sendCall(parts: Parts, call: Call, reserved: Reservation | undefined): Promise<HttpAnswer> {
  for (let place = reserved; ; place = undefined) {
    place ??= await reserve(parts, call.request.terms, call.patience, call.signal);
    const outcome = await tryOnce(parts, call, place);
    if (outcome.verdict.then === 'accept') return outcome.verdict.answer;
    await prepareNextTry(parts, call, outcome);
  }
}

/**
 * A place, a token, and last a call out of every window: what was taken there is sent at once, so that the system never
 * sees more in a window than was counted. While the windows are spent, the place is somebody else's.
 */
async function reserve(
  parts: Parts,
  terms: CallTerms | undefined,
  patience: Patience,
  signal: AbortSignal,
): Promise<Reservation> {
  const windows = terms ? [...parts.windows, ...terms.budgets.flatMap(windowsOfBudget)] : parts.windows;
  for (;;) {
    const release = await parts.places.take(terms?.budgets ?? [], signal);
    const waitMs = await takeCall(parts, windows, terms, signal).catch((error: unknown) => {
      release();
      throw error;
    });
    if (waitMs === 0) return { release };
    release();
    await waitPatiently(parts, patience, waitMs, `${parts.name}: the budget of calls is spent`, signal);
  }
}

async function takeCall(
  parts: Parts,
  windows: readonly CallWindow[],
  terms: CallTerms | undefined,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  await signIn(parts, signal);
  return parts.budget.take(parts.name, windows, terms?.weight);
}

async function signIn({ authenticator, watch, name }: Parts, signal: AbortSignal): Promise<Credentials> {
  try {
    return await authenticator.apply(signal);
  } catch (error) {
    if (error instanceof IntegrationError) watch?.failed(name, error, 'sign-in');
    throw error;
  }
}

function windowsOfBudget({ name, limits }: NamedBudget): CallWindow[] {
  return windowsOf(limits, name);
}

async function tryOnce(parts: Parts, call: Call, place: Reservation): Promise<Outcome> {
  try {
    const credentials = await signIn(parts, call.signal);
    const sentAt = parts.now();
    const verdict = await sendAndJudge(parts, call, credentials, sentAt);
    return { verdict, sentAt, credentials };
  } finally {
    place.release();
  }
}

async function sendAndJudge(parts: Parts, call: Call, credentials: Credentials, sentAt: number): Promise<Verdict> {
  const { request, signal } = call;
  try {
    const answer = await parts.transport.send(withCredentials(request, credentials), signal);
    const judgement = judgeAnswer(request, answer, parts);
    report(parts, call, sentAt, { answer, judgement });
    const { verdict } = judgement;
    if (verdict.then !== 'wait') parts.pauses.reset(sentAt);
    await heedRateHeaders(parts, answer);
    return verdict;
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    report(parts, call, sentAt, { error });
    return judgeError(parts, call, error);
  }
}

function withCredentials(request: HttpRequest, { headers, query }: Credentials): HttpRequest {
  const signed = { ...request, headers: { ...request.headers, ...headers } };
  return query ? { ...signed, query: { ...request.query, ...query } } : signed;
}

/** What one try brought, for those who look on. */
interface Reported {
  readonly answer?: RawAnswer;
  readonly judgement?: Judgement;
  readonly error?: Error;
}

function report(parts: Parts, call: Call, at: number, { answer, judgement, error }: Reported): void {
  const durationMs = answer?.durationMs ?? parts.now() - at;
  let shown: Exchange | undefined;
  const show = (): Exchange => {
    shown ??= {
      ...toExchange({ request: call.request, at, durationMs, answer, error }, parts.secrets),
      ...(judgement && { verdict: judgement.by }),
    };
    return shown;
  };
  call.onExchange?.(show());
  parts.watch?.tried(parts.name, { hasFailed: judgement?.verdict.then !== 'accept', show });
  if (judgement && isAlive(judgement.verdict)) parts.watch?.answered(parts.name);
}

/** Whether an answer shows that the system is there and knows us, whatever it says about the request. */
function isAlive(verdict: Verdict): boolean {
  if (verdict.then === 'accept') return true;
  return verdict.then === 'fail' && verdict.error.class === 'data';
}

/** The system says that its budget is spent: waiting is cheaper than being refused. */
async function heedRateHeaders({ rateHeaders, budget, name, now }: Parts, { headers }: RawAnswer): Promise<void> {
  if (!rateHeaders || headers[rateHeaders.remaining.toLowerCase()]?.trim() !== '0') return;
  const waitMs = readWait(headers[rateHeaders.reset.toLowerCase()], rateHeaders.unit, now());
  if (waitMs !== undefined && waitMs > 0) await budget.pause(name, Math.min(waitMs, LONGEST_HEEDED_MS));
}

/** Writes are repeated only when they never reached the server. */
function judgeError(parts: Parts, { request }: Call, error: IntegrationError): Verdict {
  if (!(error instanceof NetworkError)) return { then: 'fail', error };
  const isSafe = error.retryable && (request.repeatable || !error.uncertain);
  return { then: isSafe ? 'retry' : 'fail', error: named(parts, error) };
}

/** Waits for what the next try needs, or throws when there is none. */
async function prepareNextTry(parts: Parts, call: Call, { verdict, sentAt, credentials }: Outcome): Promise<void> {
  switch (verdict.then) {
    case 'accept':
      return;
    case 'wait':
      return pauseClient(parts, call, verdict, sentAt);
    case 'renew-token':
      return renewToken(parts, call, verdict.error, credentials);
    case 'retry':
      return backOff(parts, call, verdict.error);
    case 'fail':
      throw givenUp(parts, verdict.error);
  }
}

function givenUp({ watch, name }: Parts, error: IntegrationError): IntegrationError {
  watch?.failed(name, error, 'call');
  return error;
}

/** The pause holds for the whole client, so that its other calls and workers do not run into the same wall. */
async function pauseClient(
  parts: Parts,
  call: Call,
  verdict: Verdict & { then: 'wait' },
  sentAt: number,
): Promise<void> {
  const pauseMs = parts.pauses.after(verdict.askedMs, sentAt, parts.now());
  await parts.budget.pause(parts.name, pauseMs);
  if (verdict.isLocked || !call.request.repeatable) throw rateLimited(parts, verdict.message, pauseMs);
  await waitPatiently(parts, call.patience, pauseMs, verdict.message, call.signal);
}

async function renewToken(parts: Parts, call: Call, error: IntegrationError, refused: Credentials): Promise<void> {
  if (call.isRenewed || !parts.authenticator.refresh) throw givenUp(parts, error);
  call.isRenewed = true;
  await parts.authenticator.refresh(refused);
}

async function backOff(parts: Parts, call: Call, error: IntegrationError): Promise<void> {
  const { retry, random, sleep } = parts;
  call.tries += 1;
  if (call.tries >= retry.attempts) throw givenUp(parts, error);
  await sleep(backoffMs(call.tries, retry, random()), call.signal);
}

/** Waits, unless the caller is better off doing something else meanwhile. */
async function waitPatiently(
  parts: Parts,
  patience: Patience,
  ms: number,
  message: string,
  signal: AbortSignal,
): Promise<void> {
  if (ms > patience.leftMs) throw rateLimited(parts, message, ms);
  patience.leftMs -= ms;
  await parts.sleep(ms, signal);
}

function rateLimited({ name }: Parts, message: string, retryAfterMs: number): RateLimitError {
  return new RateLimitError(message, retryAfterMs, { details: { client: name, retryAfterMs } });
}

/** The transport's error with the client's name, and without its secrets. */
function named({ name, secrets }: Parts, error: NetworkError): NetworkError {
  const { code, message, retryable, uncertain, cause } = error;
  const details = { client: name, ...(secrets.redactValue(error.details) as object) };
  return new NetworkError(code, secrets.redact(`${name}: ${message}`), { retryable, uncertain, details, cause });
}
