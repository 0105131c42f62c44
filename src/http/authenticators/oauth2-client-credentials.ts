import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { TOKEN_OPTIONS } from '../oauth2-settings.ts';
import { createOAuth2Authenticator } from '../oauth2-token.ts';
import type { AuthenticatorComponent } from '../types.ts';

const options = {
  type: 'object',
  properties: {
    ...TOKEN_OPTIONS,
    clientSecret: { type: 'string', minLength: 1, writeOnly: true, description: 'Secret of the application.' },
  },
  required: ['tokenUrl', 'clientId', 'clientSecret'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'oauth2-client-credentials',
  summary: 'Signs in as an application, with its id and secret (OAuth 2 client credentials).',
  options,
  create(settings, context) {
    return createOAuth2Authenticator(settings, { fields: { grant_type: 'client_credentials' }, secrets: [] }, context);
  },
} satisfies AuthenticatorComponent<FromSchema<typeof options>>;
