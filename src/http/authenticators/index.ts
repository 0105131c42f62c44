import type { AuthenticatorComponent } from '../types.ts';
import none from './none.ts';
import oauth2ClientCredentials from './oauth2-client-credentials.ts';
import oauth2Password from './oauth2-password.ts';

const all: readonly AuthenticatorComponent[] = [none, oauth2ClientCredentials, oauth2Password];

/** Every way of signing in, by its type. */
export const authenticators: ReadonlyMap<string, AuthenticatorComponent> = new Map(all.map((one) => [one.type, one]));
