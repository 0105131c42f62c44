import { AuthError, HttpStatusError, NetworkError, type IntegrationError } from '../core/errors.ts';
import { findErrorMessage } from './error-messages.ts';
import type { Secrets } from './redaction.ts';
import type { RawAnswer } from './transport.ts';
import type { HttpAnswer, HttpRequest } from './types.ts';

/** A manifest's word on some answers, heard before the defaults and also on 2xx. */
export interface ErrorRule {
  readonly when: (answer: HttpAnswer) => boolean;
  /** `empty`: an answer without body, status 204, instead of an error. */
  readonly then: 'retry' | 'rate-limited' | 'renew-token' | 'empty' | 'fail';
  /** Shown instead of what the answer says. */
  readonly message?: string | undefined;
}

/** What an answer means for its call; the client acts on it. */
export type Verdict =
  | { readonly then: 'accept'; readonly answer: HttpAnswer }
  | { readonly then: 'retry' | 'fail' | 'renew-token'; readonly error: IntegrationError }
  | { readonly then: 'wait'; readonly message: string; readonly retryAfter: string | undefined };

/** How errors of a client are told. */
export interface JudgeOptions {
  /** Name of the client, first word of every message. */
  readonly name: string;
  readonly errorMessagePaths: readonly string[];
  readonly errorRules: readonly ErrorRule[];
  readonly secrets: Secrets;
}

/** Judges one answer: the manifest's rules in order, then HTTP's own meaning of its status. */
export function judgeAnswer(request: HttpRequest, raw: RawAnswer, options: JudgeOptions): Verdict {
  const answer = withoutText(raw);
  const rule = options.errorRules.find(({ when }) => when(answer));
  const told = rule?.message ?? findErrorMessage(answer.body, options.errorMessagePaths);
  const call: Judged = { request, answer, options, told };
  switch (rule?.then ?? defaultFor(answer)) {
    case 'accept':
      return { then: 'accept', answer };
    case 'empty':
      return { then: 'accept', answer: { ...answer, status: 204, body: undefined } };
    case 'rate-limited':
      return { then: 'wait', message: describe(call), retryAfter: answer.headers['retry-after'] };
    case 'renew-token':
      return { then: 'renew-token', error: tokenRefused(call) };
    case 'retry':
      return { then: request.repeatable ? 'retry' : 'fail', error: serverError(call) };
    case 'fail':
      return { then: 'fail', error: clientError(call) };
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
}

function defaultFor({ status, headers }: HttpAnswer): ErrorRule['then'] | 'accept' {
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
