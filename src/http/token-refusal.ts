import { AuthError } from '../core/errors.ts';
import { isObject } from '../core/record.ts';
import { findErrorMessage } from './error-messages.ts';
import type { Secrets } from './redaction.ts';
import type { HttpAnswer, HttpRequest } from './types.ts';

/** One call to a token URL, as errors tell of it. */
export interface TokenCall {
  readonly client: string;
  readonly request: HttpRequest;
  /** What the request carries, in case the server echoes it. */
  readonly secrets: Secrets;
  /** What its answer must hold, for the message that it does not. */
  readonly wanted: string;
}

/** "halo: the token URL acme.example/auth/token". Never the query, which may hold keys. */
export function describeTokenUrl({ client, request }: TokenCall): string {
  const { host, pathname } = new URL(request.url);
  return `${client}: the token URL ${host}${pathname}`;
}

/** Facts beside the message of an error. */
export function detailsOf({ status, body }: HttpAnswer, call: TokenCall): Record<string, unknown> {
  const error = isObject(body) ? body['error'] : undefined;
  const details = { client: call.client, tokenUrl: call.request.url, status };
  return typeof error === 'string'
    ? { ...details, error: call.secrets.redact(error.slice(0, 20_000)).slice(0, 200) }
    : details;
}

/** Code of the error as OAuth names it, e.g. `invalid_grant`. */
export function oauthError({ body }: HttpAnswer): string | undefined {
  const error = isObject(body) ? body['error'] : undefined;
  return typeof error === 'string' ? error : undefined;
}

const MESSAGE_PATHS = ['error_description', 'error', 'errorMessage', 'message', 'Message'];

/** What the server says about it, in brackets; nothing where it says nothing. */
export function said({ body }: HttpAnswer, { secrets }: TokenCall): string {
  const told = findErrorMessage(body, MESSAGE_PATHS, (text) => secrets.redact(text));
  return told === undefined ? '' : ` (${told})`;
}

/** Says why no token came, and which setting to look at. */
export function refusal(answer: HttpAnswer, call: TokenCall, known?: { code: string; advice: string }): AuthError {
  const { code, advice } = known ?? explainRefusal(answer, call);
  const message = `${describeTokenUrl(call)} answered ${answer.status}${said(answer, call)}. ${advice}`;
  return new AuthError(code, message, { details: detailsOf(answer, call) });
}

function explainRefusal(answer: HttpAnswer, { wanted }: TokenCall): { code: string; advice: string } {
  const { status, body } = answer;
  const error = oauthError(answer) ?? '';
  if (Object.hasOwn(REFUSALS, error) && REFUSALS[error]) return REFUSALS[error];
  const isWebPage = typeof body === 'string' && body.trimStart().startsWith('<');
  if (status === 404 || status === 405 || isWebPage) return { code: 'ERR_TOKEN_URL_WRONG', advice: TOKEN_URL_HINT };
  if (status === 401) return CLIENT_REFUSED;
  if (status < 300) {
    return {
      code: 'ERR_TOKEN_ANSWER',
      advice: `There is no ${wanted} in its answer: check that this is the token URL`,
    };
  }
  return { code: 'ERR_TOKEN_REFUSED_REQUEST', advice: 'Check the tenant, the client id and the token URL' };
}

export const TOKEN_URL_HINT =
  'Check the settings that the token URL is made of: the address of the system or of its authorisation server without /token, the region, the tenant';

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
