import { readFileSync } from 'node:fs';
import { ConfigError } from '../core/errors.ts';
import { ROLE_NAMES } from './permissions.ts';

/** Where people sign in besides here. */
export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly scopes: string;
  /** What the button says. */
  readonly title: string;
  /** Claim that has the groups or roles; dots lead into objects. */
  readonly roleClaim: string;
  /** Our role for each of its values. */
  readonly roles: ReadonlyMap<string, string>;
  /** For those who have none of these; undefined lets them not in. */
  readonly defaultRole: string | undefined;
}

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Reads SLUICE_OIDC_…; undefined when no issuer is set.
 *
 * @throws ConfigError ERR_SETTING that names the variable.
 */
export function readOidcSettings(get: (name: string) => string | undefined): OidcSettings | undefined {
  const issuer = get('SLUICE_OIDC_ISSUER');
  if (issuer === undefined) return undefined;
  const file = get('SLUICE_OIDC_CLIENT_SECRET_FILE');
  const defaultRole = get('SLUICE_OIDC_DEFAULT_ROLE');
  return {
    issuer: readIssuer(issuer),
    clientId: get('SLUICE_OIDC_CLIENT_ID') ?? missing('SLUICE_OIDC_CLIENT_ID'),
    clientSecret: get('SLUICE_OIDC_CLIENT_SECRET') ?? (file === undefined ? undefined : readSecret(file)),
    scopes: get('SLUICE_OIDC_SCOPES') ?? 'openid profile email',
    title: get('SLUICE_OIDC_TITLE') ?? 'single sign-on',
    roleClaim: get('SLUICE_OIDC_ROLE_CLAIM') ?? 'roles',
    roles: readRoles(get('SLUICE_OIDC_ROLES') ?? ''),
    defaultRole: defaultRole === undefined ? undefined : readRole('SLUICE_OIDC_DEFAULT_ROLE', defaultRole),
  };
}

function readIssuer(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && LOCAL.has(url.hostname)))) return url;
  throw new ConfigError('ERR_SETTING', 'SLUICE_OIDC_ISSUER must be an address that begins with https://');
}

function readRoles(text: string): Map<string, string> {
  const pairs = text.split(',').map((part) => part.trim());
  return new Map(
    pairs
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.lastIndexOf('=');
        if (at < 1)
          throw new ConfigError('ERR_SETTING', `SLUICE_OIDC_ROLES must be like "group=viewer,…", not "${pair}"`);
        return [pair.slice(0, at).trim(), readRole('SLUICE_OIDC_ROLES', pair.slice(at + 1).trim())];
      }),
  );
}

function readRole(name: string, role: string): string {
  if (ROLE_NAMES.some((known) => known === role)) return role;
  throw new ConfigError('ERR_SETTING', `${name} names the role "${role}"; there are ${ROLE_NAMES.join(', ')}`);
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError('ERR_SETTING', `The file ${file} cannot be read: ${(error as Error).message}`);
  }
}

function missing(name: string): never {
  throw new ConfigError('ERR_SETTING', `With SLUICE_OIDC_ISSUER set, ${name} has to be set too`);
}
