import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { TOKEN_OPTIONS } from '../oauth2-settings.ts';
import { createOAuth2Authenticator } from '../oauth2-token.ts';
import type { AuthenticatorComponent } from '../types.ts';

const options = {
  type: 'object',
  properties: {
    ...TOKEN_OPTIONS,
    clientSecret: { type: 'string', writeOnly: true, description: 'Secret of the application, where it has one.' },
    username: { type: 'string', minLength: 1, description: 'User who signs in.' },
    password: { type: 'string', minLength: 1, writeOnly: true, description: 'Password of this user.' },
  },
  required: ['tokenUrl', 'clientId', 'username', 'password'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'oauth2-password',
  summary: 'Signs in as a user, with name and password (OAuth 2 password grant).',
  options,
  create({ username, password, ...settings }, context) {
    const fields = { grant_type: 'password', username, password };
    return createOAuth2Authenticator(settings, { fields, secrets: [password] }, context);
  },
} satisfies AuthenticatorComponent<FromSchema<typeof options>>;
