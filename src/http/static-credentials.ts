import { ConfigError } from '../core/errors.ts';
import type { Authenticator, AuthenticatorContext, Credentials } from './types.ts';

/** Creates an authenticator that adds the same to every call. Nothing can be renewed: a 401 is final. */
export function createStaticAuthenticator(credentials: Credentials): Authenticator {
  return { apply: () => Promise.resolve(credentials) };
}

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Characters that a header cannot carry: anything else would break the call, or smuggle in a second header. */
const UNFIT = /[^\t -~\u0080-\u00ff]/;

/**
 * One header.
 *
 * @throws ConfigError ERR_CREDENTIAL when name or value cannot stand in a header, without showing the value.
 */
export function header(name: string, value: string, { client }: AuthenticatorContext): Record<string, string> {
  if (!NAME.test(name)) throw unfit(client, `"${name.slice(0, 60)}" is no name of a header`);
  if (UNFIT.test(value)) {
    throw unfit(client, `the value of header ${name} holds a line break or a character that headers cannot carry`);
  }
  return { [name.toLowerCase()]: value };
}

/** Says that a credential cannot be sent as it is. */
export function unfit(client: string, what: string): ConfigError {
  return new ConfigError('ERR_CREDENTIAL', `${client}: ${what}; enter it again`, { details: { client } });
}
