import type { AuthenticatorComponent } from '../types.ts';
import apiKey from './api-key.ts';
import basic from './basic.ts';
import bearer from './bearer.ts';
import jwtAssertion from './jwt-assertion.ts';
import none from './none.ts';
import oauth2AuthorizationCode from './oauth2-authorization-code.ts';
import oauth2ClientCredentials from './oauth2-client-credentials.ts';
import oauth2Password from './oauth2-password.ts';
import tokenExchange from './token-exchange.ts';

const all: readonly AuthenticatorComponent[] = [
  none,
  apiKey,
  basic,
  bearer,
  oauth2ClientCredentials,
  oauth2Password,
  oauth2AuthorizationCode,
  tokenExchange,
  jwtAssertion,
];

/** Every way of signing in, by its type. */
export const authenticators: ReadonlyMap<string, AuthenticatorComponent> = new Map(all.map((one) => [one.type, one]));
