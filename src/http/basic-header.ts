import { unfit } from './static-credentials.ts';
import type { AuthenticatorContext } from './types.ts';

/**
 * Value of a Basic header, in UTF-8; it and the password join the client's secrets.
 *
 * @throws ConfigError ERR_CREDENTIAL: a colon ends the user name, so it cannot hold one. See RFC 7617, section 2.
 */
export function basicHeader(username: string, password: string, context: AuthenticatorContext): string {
  if (username.includes(':')) throw unfit(context.client, 'the user name holds a colon, which Basic cannot carry');
  if (username === '' && password === '') throw unfit(context.client, 'user name and password are both empty');
  const encoded = Buffer.from(`${username}:${password}`).toString('base64');
  for (const secret of [password, encoded]) context.addSecret(secret);
  return `Basic ${encoded}`;
}
