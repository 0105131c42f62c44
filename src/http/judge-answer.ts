import {
  AuthError,
  ConfigError,
  HttpStatusError,
  type IntegrationError,
  NetworkError,
  SkippedError,
} from '../core/errors.ts';
import { findErrorMessage } from './error-messages.ts';
import type { Secrets } from './redaction.ts';
import type { RawAnswer } from './transport.ts';
import type { ErrorRule, HttpAnswer, HttpRequest } from './types.ts';
import { waitToldBy } from './wait-told.ts';

/** What an answer means for its call; the client acts on it. */
export type Verdict =
  | { readonly then: 'accept'; readonly answer: HttpAnswer }
  | { readonly then: 'retry' | 'fail' | 'renew-token'; readonly error: IntegrationError }
  /** The whole client is silent for a while; `isLocked` gives the call up at once. */
  | {
      readonly then: 'wait';
      readonly message: string;
      readonly askedMs: number | undefined;
      readonly isLocked: boolean;
    };

/** How errors of a client are told. */
export interface JudgeOptions {
  /** Name of the client, first word of every message. */
  readonly name: string;
  readonly errorMessagePaths: readonly string[];
  readonly errorRules: readonly ErrorRule[];
  readonly secrets: Secrets;
  readonly now: () => number;
  /** Whether the same credentials go with every call, as against a token that was obtained. */
  readonly hasStaticCredentials: boolean;
}

/** A verdict, and who gave it: a rule of the manifest, or HTTP's own meaning of the status. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly by: string;
}

const LOCKED_MS = 300_000;

/** Judges one answer: the operation's rules in order, then the connector's, then HTTP's own meaning of its status. */
export function judgeAnswer(request: HttpRequest, raw: RawAnswer, options: JudgeOptions): Judgement {
  const answer = withoutText(raw);
  const rules = [...(request.terms?.rules ?? []), ...options.errorRules];
  const place = rules.findIndex(({ when }) => when(answer));
  const rule = rules[place];
  const paths =
    rule?.messageAt === undefined ? options.errorMessagePaths : [rule.messageAt, ...options.errorMessagePaths];
  const told = rule?.message ?? findErrorMessage(answer.body, paths, (text) => options.secrets.redact(text));
  const then = rule?.then ?? defaultFor(answer);
  const by = rule ? `rule ${place + 1}${rule.name === undefined ? '' : ` (${rule.name})`}` : `status ${answer.status}`;
  return { verdict: verdictOf(then, { request, answer, options, told, rule }), by: `${by}: ${then}` };
}

function verdictOf(then: ErrorRule['then'], call: Judged): Verdict {
  const { request, answer, options, rule } = call;
  switch (then) {
    case 'accept':
      return { then: 'accept', answer };
    case 'empty':
      return { then: 'accept', answer: { ...answer, status: 204, body: undefined } };
    case 'rate-limited':
      return {
        then: 'wait',
        message: describe(call),
        askedMs: waitToldBy(answer, rule, options.now()),
        isLocked: false,
      };
    case 'locked': {
      const askedMs = waitToldBy(answer, rule, options.now()) ?? LOCKED_MS;
      return { then: 'wait', message: describe(call, 'the system locked this client out'), askedMs, isLocked: true };
    }
    case 'renew-token':
      return { then: 'renew-token', error: tokenRefused(call) };
    case 'retry':
      return { then: request.repeatable ? 'retry' : 'fail', error: serverError(call) };
    case 'skip-record':
      return { then: 'fail', error: new SkippedError(describe(call, 'skipped'), { details: detailsOf(call) }) };
    case 'fail':
      return { then: 'fail', error: rule?.class === undefined ? clientError(call) : classedError(call, rule.class) };
  }
}

/** The text is as large as the body: it is let go before the caller works on the page. */
function withoutText({ status, headers, body, bytes, durationMs, serverTimeMs }: RawAnswer): HttpAnswer {
  return { status, headers, body, bytes, durationMs, serverTimeMs };
}

interface Judged {
  readonly request: HttpRequest;
  readonly answer: HttpAnswer;
  readonly options: JudgeOptions;
  readonly told: string | undefined;
  readonly rule: ErrorRule | undefined;
}

function defaultFor({ status, headers }: HttpAnswer): ErrorRule['then'] {
  if (status < 300) return 'accept';
  if (status === 401) return 'renew-token';
  if (status === 429 || (status === 503 && headers['retry-after'] !== undefined)) return 'rate-limited';
  return status === 408 || status >= 500 ? 'retry' : 'fail';
}

/** "halo: POST /api/Asset answered 400: …", without query. */
function describe({ request, answer, options, told }: Judged, hint?: string): string {
  const said = [hint, told].filter((part) => part !== undefined).join(': ');
  const { pathname } = new URL(request.url);
  const what = `${options.name}: ${request.method} ${pathname} answered ${answer.status}`;
  return options.secrets.redact(said === '' ? what : `${what}: ${said}`);
}

function detailsOf({ request, answer, options }: Judged): Record<string, unknown> {
  const path = options.secrets.redact(new URL(request.url).pathname);
  return { client: options.name, method: request.method, path, status: answer.status };
}

function tokenRefused(call: Judged): AuthError {
  if (call.options.hasStaticCredentials) {
    const hint = 'the credentials were refused: check them, and that they are allowed to do this';
    return new AuthError('ERR_CREDENTIALS_REFUSED', describe(call, hint), { details: detailsOf(call) });
  }
  const hint =
    'the token was obtained but refused; usually the application has no scope, or its agent lacks the permission';
  return new AuthError('ERR_TOKEN_REFUSED', describe(call, hint), { details: detailsOf(call) });
}

function serverError(call: Judged): HttpStatusError | NetworkError {
  const { request, answer } = call;
  const details = { ...detailsOf(call), ...doubts(request, answer.status) };
  if (answer.status === 408 || answer.status >= 500) {
    return new HttpStatusError('ERR_HTTP_STATUS', describe(call), answer.status, { details });
  }
  // A rule calls for another try although the status does not: only "no usable answer" is retried by the queue.
  return new NetworkError('ERR_ANSWER_RETRY', describe(call), { details });
}

/** What a server error leaves open about a write: gateways may have passed it on, a 500 may come after the deed. */
function doubts({ repeatable }: HttpRequest, status: number): { uncertain?: true; doubtful?: true } {
  if (repeatable) return {};
  if (UNCERTAIN_STATUSES.has(status)) return { uncertain: true };
  return status === 500 ? { doubtful: true } : {};
}

/** Gateways that lost the answer: 502, 504, and Cloudflare's 520 and 524. */
const UNCERTAIN_STATUSES: ReadonlySet<number> = new Set([502, 504, 520, 524]);

/** A rule says what the failure is about, whatever the status. */
function classedError(call: Judged, about: NonNullable<ErrorRule['class']>): IntegrationError {
  const details = detailsOf(call);
  switch (about) {
    case 'config':
      return new ConfigError('ERR_REFUSED', describe(call), { details });
    case 'sign-in':
      return new AuthError('ERR_REFUSED', describe(call), { details });
    case 'data':
      // Below 500 whatever the status was: the class says that trying again is no use.
      return new HttpStatusError('ERR_REFUSED', describe(call), Math.min(call.answer.status, 499), { details });
    case 'system':
      return serverError(call);
  }
}

function clientError(call: Judged): HttpStatusError {
  const { status } = call.answer;
  const { code, hint } = CLIENT_ERRORS[status] ?? { code: 'ERR_HTTP_STATUS' };
  const isOwnRule = status < 300;
  return new HttpStatusError(isOwnRule ? 'ERR_REFUSED' : code, describe(call, hint), status, {
    details: detailsOf(call),
  });
}

const CLIENT_ERRORS: Readonly<Record<number, { code: string; hint?: string }>> = {
  400: { code: 'ERR_REFUSED', hint: 'refused the request' },
  403: { code: 'ERR_FORBIDDEN', hint: 'scope or agent permission missing' },
  404: { code: 'ERR_NOT_FOUND', hint: 'not found' },
};
