import {
  AuthError,
  ConfigError,
  HttpStatusError,
  IntegrationError,
  NetworkError,
  RateLimitError,
  SourceError,
} from '../core/errors.ts';
import { RequestError } from './request-error.ts';

/** An error as the API answers it. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: {
    readonly code: string;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>>;
  };
  readonly headers: Readonly<Record<string, string>>;
  /** True for what nobody foresaw: it belongs into the log. */
  readonly isBug: boolean;
}

/** Statuses of configuration errors that are more than "change your request". */
const CONFIG_STATUS: Readonly<Record<string, number>> = {
  ERR_ACTION_UNKNOWN: 404,
  ERR_NETWORKS: 403,
  ERR_NOT_FOUND: 404,
  ERR_ENTITY_UNKNOWN: 404,
  ERR_OPERATION_UNKNOWN: 404,
  ERR_IN_USE: 409,
  ERR_TESTS_FAILED: 409,
  ERR_VERSION_CONFLICT: 412,
  ERR_KEY_WRONG: 500,
};

/** What Fastify itself refuses, in our words. */
const FRAMEWORK: Readonly<Record<string, { status: number; code: string; message: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'ERR_REQUEST_TOO_LARGE',
    message: 'The request is larger than 10 MB; send it in parts',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'ERR_MEDIA_TYPE',
    message: 'Send JSON, with "content-type: application/json"',
  },
};

/** Says what an error means for the one who sent the request. What nobody foresaw keeps its inside to itself. */
export function toErrorAnswer(error: unknown, requestId: string): ErrorAnswer {
  if (error instanceof IntegrationError) return answerOf(error);
  const {
    statusCode = 500,
    code = '',
    message = '',
  } = error as { statusCode?: number; code?: string; message?: string };
  const known = FRAMEWORK[code];
  if (known) return { status: known.status, body: { ...pick(known), details: {} }, headers: {}, isBug: false };
  if (statusCode >= 400 && statusCode < 500) {
    const body = { code: 'ERR_REQUEST_INVALID', message, details: {} };
    return { status: statusCode, body, headers: {}, isBug: false };
  }
  const body = {
    code: 'ERR_INTERNAL',
    message: `Something went wrong inside Sluice; its log tells more under request ${requestId}`,
    details: { requestId },
  };
  return { status: 500, body, headers: {}, isBug: true };
}

function answerOf(error: IntegrationError): ErrorAnswer {
  const wait = waitOf(error);
  const headers = wait === undefined ? {} : { 'retry-after': String(wait) };
  return { status: statusOf(error), body: bodyOf(error), headers, isBug: false };
}

/** Seconds after which the same request may be tried again. */
function waitOf(error: IntegrationError): number | undefined {
  if (error instanceof RateLimitError) return Math.ceil(error.retryAfterMs / 1000);
  const seconds = error instanceof RequestError ? error.details['retryAfterSeconds'] : undefined;
  return typeof seconds === 'number' ? seconds : undefined;
}

/** By class first: codes such as ERR_NOT_FOUND are also what a called system said, and that is no 404 of ours. */
function statusOf(error: IntegrationError): number {
  if (error instanceof RequestError) return error.status;
  if (error instanceof ConfigError) return CONFIG_STATUS[error.code] ?? 400;
  if (error instanceof RateLimitError) return 429;
  const isFromOutside = [AuthError, NetworkError, HttpStatusError, SourceError].some((each) => error instanceof each);
  return isFromOutside ? 502 : 422;
}

function bodyOf(error: IntegrationError): ErrorAnswer['body'] {
  const status = error instanceof HttpStatusError ? { status: error.status } : {};
  return { ...pick(error), details: { ...status, ...error.details } };
}

function pick({ code, message }: { code: string; message: string }): { code: string; message: string } {
  return { code, message };
}
