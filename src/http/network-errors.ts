import { RequestError, TimeoutError, type Request } from 'got';
import { IntegrationError, NetworkError } from '../core/errors.ts';
import { isObject } from '../core/record.ts';
import { callLabel } from './request-url.ts';
import type { HttpRequest, Timeouts } from './types.ts';

/** Makes the error of a call that got no usable answer. */
export type Failure = (code: string, what: string, options?: FailureOptions) => NetworkError;

interface FailureOptions {
  readonly retryable?: boolean;
  /** Whether the server may have acted on the request; reads are never uncertain. */
  readonly mayHaveActed?: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Errors of one call: each message starts with method, host and path. */
export function failuresOf(request: HttpRequest): Failure {
  return (code, what, { retryable = true, mayHaveActed = true, details = {}, cause } = {}) => {
    const uncertain = mayHaveActed && request.method !== 'GET';
    const message = `${callLabel(request)}: ${what}`;
    return new NetworkError(code, message, { retryable, uncertain, details, cause });
  };
}

/**
 * Says in a person's words why got has no answer.
 *
 * got's own error is not kept: it carries the options of the call, credentials included. What lay under it is.
 */
export function explainFailure(error: Error, stream: Request, failure: Failure, timeouts: Timeouts): Error {
  const cause = error instanceof RequestError ? error.cause : error;
  // Ours, or a call that cannot be sent at all, such as a GET with a body.
  if (cause instanceof IntegrationError || cause instanceof TypeError) return cause;
  if (error instanceof TimeoutError) return explainTimeout(error, stream, failure, timeouts);
  const code = errorCode(cause) ?? errorCode(error) ?? '';
  const known = isConnected(stream) ? undefined : explainConnect(code);
  if (known) return failure(known.code, known.what, { retryable: known.retryable, mayHaveActed: false, cause });
  return failure('ERR_CONNECTION_LOST', lostText(code), { mayHaveActed: isConnected(stream), cause });
}

/** What happened before the request could be sent; undefined for what can also happen later. */
function explainConnect(code: string): { code: string; what: string; retryable: boolean } | undefined {
  if (LOOKUP_CODES.has(code)) {
    const what = `the host name was not found (${code}): check the address, or the DNS of this machine`;
    return { code: 'ERR_HOST_NOT_FOUND', what, retryable: true };
  }
  if (code === 'ECONNREFUSED') {
    const what = 'the connection was refused: nothing listens there, or a firewall is in between';
    return { code: 'ERR_CONNECTION_REFUSED', what, retryable: true };
  }
  if (UNREACHABLE_CODES.has(code)) {
    return { code: 'ERR_CONNECTION_REFUSED', what: `the host cannot be reached (${code})`, retryable: true };
  }
  const tls = explainTls(code);
  return tls === undefined ? undefined : { code: 'ERR_TLS', what: tls, retryable: false };
}

/**
 * Says in a person's words what is wrong with a TLS connection.
 *
 * @param code Code of Node's error, e.g. `CERT_HAS_EXPIRED`.
 * @returns undefined when the code has nothing to do with TLS.
 */
export function explainTls(code: string): string | undefined {
  const known = TLS_PROBLEMS[code];
  if (known !== undefined) return `${known} (${code})`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return `no TLS connection: the server speaks another protocol or version (${code}); does the port serve https?`;
  }
  return /CERT|SIGNATURE|CRL/.test(code) ? `its certificate is not accepted (${code})` : undefined;
}

function explainTimeout(error: TimeoutError, stream: Request, failure: Failure, timeouts: Timeouts): NetworkError {
  if (error.event === 'response') {
    return failure('ERR_TIMEOUT_HEADERS', `no answer began within ${seconds(timeouts.headersMs)}`);
  }
  if (error.event === 'request') {
    const mayHaveActed = isConnected(stream);
    return failure('ERR_TIMEOUT_TOTAL', `not finished within ${seconds(timeouts.totalMs)}`, { mayHaveActed });
  }
  const phase = CONNECT_PHASES[error.event] ?? 'connection';
  const what = `the ${phase} took longer than ${seconds(timeouts.connectMs)}`;
  return failure('ERR_TIMEOUT_CONNECT', what, { mayHaveActed: false });
}

/** Whether request bytes may have left: TCP, and for https TLS, are up. */
function isConnected(stream: Request): boolean {
  const isTls = stream.options.url instanceof URL && stream.options.url.protocol === 'https:';
  return (isTls ? stream.timings?.secureConnect : stream.timings?.connect) !== undefined;
}

function lostText(code: string): string {
  if (code.startsWith('Z_')) return `the answer broke off or could not be unpacked (${code})`;
  return `the connection was lost before the answer was complete${code === '' ? '' : ` (${code})`}`;
}

/** "30 s" or "250 ms". */
export function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}

/** Code of a Node error, where it has one. */
export function errorCode(error: unknown): string | undefined {
  return isObject(error) && typeof error['code'] === 'string' ? error['code'] : undefined;
}

/** Codes of a look-up that found no address. */
export const LOOKUP_CODES: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'ENODATA',
]);

const UNREACHABLE_CODES: ReadonlySet<string> = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ETIMEDOUT',
  'EADDRNOTAVAIL',
]);

const CONNECT_PHASES: Readonly<Record<string, string>> = {
  lookup: 'look-up of the host name',
  connect: 'connection',
  secureConnect: 'TLS handshake',
};

const TLS_PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: check the clocks',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate chain ends in a self-signed certificate that this machine does not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate chain is incomplete: the server sends no intermediate certificate',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate was issued by an authority that this machine does not trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate was issued by an authority that this machine does not trust',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
};
