import { json, message, Refusal, type Answer, type SandboxRequest } from './answer.ts';
import type { ScopeArea } from './entity.ts';
import type { Settings } from './options.ts';
import type { HaloRecord } from './record.ts';
import { allows, allowsAnything, parseScopes } from './scopes.ts';
import { jwt, type TokenBook } from './tokens.ts';

/** Answers POST /auth/token. */
export function answerToken(request: SandboxRequest, settings: Settings, tokens: TokenBook): Answer {
  const form = new URLSearchParams(request.body);
  const tenant = request.query.get('tenant') ?? form.get('tenant') ?? '';
  // On an instance with its own host the tenant can be left out; a wrong one is refused.
  if (tenant !== '' && tenant.toLowerCase() !== settings.tenant.toLowerCase()) {
    return refuse('invalid_request', `The tenant "${tenant}" could not be found.`);
  }
  switch (form.get('grant_type')) {
    case 'client_credentials':
      return requireClient(request, form, settings, true) ?? grantNew(form, settings, tokens);
    case 'password':
      return (
        requireClient(request, form, settings, false) ??
        requireAgent(form, settings) ??
        grantNew(form, settings, tokens)
      );
    case 'refresh_token':
      return requireClient(request, form, settings, false) ?? grantAgain(form, settings, tokens);
    case null:
      return refuse('invalid_request', 'The mandatory "grant_type" parameter is missing.');
    default:
      return refuse('unsupported_grant_type');
  }
}

/** Throws the refusal of a call whose token is not good for it; 401 without a good token, 403 without the scope. */
export function requireToken(request: SandboxRequest, tokens: TokenBook, area: ScopeArea): void {
  const [, token = ''] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const scopes = tokens.scopesOf(token);
  if (scopes === undefined || !allowsAnything(scopes)) {
    const headers = { 'www-authenticate': 'Bearer' };
    throw new Refusal(message(401, 'Authorization has been denied for this request.', headers));
  }
  if (!allows(scopes, area, request.method !== 'GET')) {
    throw new Refusal(message(403, 'You do not have permission to access this resource.'));
  }
}

/** Halo takes the secret in the body and in a Basic header; the password grant needs none. */
function requireClient(
  request: SandboxRequest,
  form: URLSearchParams,
  settings: Settings,
  needsSecret: boolean,
): Answer | undefined {
  const basic = basicOf(request.headers.authorization);
  const id = basic?.[0] ?? form.get('client_id');
  const secret = basic?.[1] ?? form.get('client_secret');
  const isSecretFine = secret === settings.clientSecret || (!needsSecret && secret === null);
  return id === settings.clientId && isSecretFine ? undefined : json(401, { error: 'invalid_client' });
}

function basicOf(header: string | undefined): [string, string] | undefined {
  const [, encoded] = /^Basic (.+)$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const [id = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return [formDecode(id), formDecode(rest.join(':'))];
}

/** RFC 6749 form-encodes both halves of the Basic header; text that is not encoded stays as it is. */
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function requireAgent(form: URLSearchParams, settings: Settings): Answer | undefined {
  const isAgent = form.get('username') === settings.username && form.get('password') === settings.password;
  return isAgent ? undefined : refuse('invalid_grant', 'The username or password is incorrect.');
}

/** Without a scope Halo still gives a token; it is good for nothing. */
function grantNew(form: URLSearchParams, settings: Settings, tokens: TokenBook): Answer {
  const asked = parseScopes(form.get('scope') ?? '');
  if (asked === undefined) return refuse('invalid_scope');
  const { grantedScopes } = settings;
  return grant(grantedScopes === undefined ? asked : capScopes(asked, grantedScopes), settings, tokens);
}

/** What was asked for is cut to what the application was granted; `all` means all of that. */
function capScopes(asked: readonly string[], granted: readonly string[]): readonly string[] {
  if (asked.some((scope) => scope === 'all' || scope === 'admin')) return granted;
  const covered = (scope: string): boolean =>
    granted.includes(scope) || granted.includes(scope.replace('read:', 'edit:'));
  return granted.includes('all') || granted.includes('admin') ? asked : asked.filter(covered);
}

function grantAgain(form: URLSearchParams, settings: Settings, tokens: TokenBook): Answer {
  const scopes = tokens.takeRefresh(form.get('refresh_token') ?? '');
  return scopes === undefined ? refuse('invalid_grant') : grant(scopes, settings, tokens);
}

function grant(scopes: readonly string[], settings: Settings, tokens: TokenBook): Answer {
  const access_token = tokens.issue(scopes, settings.expiresInSeconds);
  const body: HaloRecord = { token_type: 'Bearer', access_token, expires_in: settings.expiresInSeconds };
  if (scopes.length === 0) return json(200, body);
  const refresh: HaloRecord = scopes.includes('offline_access') ? { refresh_token: tokens.issueRefresh(scopes) } : {};
  return json(200, { scope: scopes.join(' '), ...body, id_token: jwt({ name: 'API Agent', id: '5' }), ...refresh });
}

function refuse(error: string, error_description?: string): Answer {
  return json(400, error_description === undefined ? { error } : { error, error_description });
}
