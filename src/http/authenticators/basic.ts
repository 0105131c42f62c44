import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { basicHeader } from '../basic-header.ts';
import { createStaticAuthenticator } from '../static-credentials.ts';
import type { AuthenticatorComponent } from '../types.ts';

const options = {
  type: 'object',
  properties: {
    username: { type: 'string', description: 'User name, or what stands in its place: "&{config.email}/token".' },
    password: {
      type: 'string',
      writeOnly: true,
      description: 'Password, or what stands in its place; "X" where the key is the user name.',
    },
  },
  required: ['username', 'password'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'basic',
  summary: 'Sends user name and password with every call (HTTP Basic, UTF-8).',
  isStatic: true,
  options,
  create({ username, password }, context) {
    return createStaticAuthenticator({ headers: { authorization: basicHeader(username, password, context) } });
  },
} satisfies AuthenticatorComponent<FromSchema<typeof options>>;
