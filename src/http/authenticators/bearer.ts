import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { createStaticAuthenticator, header } from '../static-credentials.ts';
import type { AuthenticatorComponent } from '../types.ts';

const options = {
  type: 'object',
  properties: {
    token: { type: 'string', minLength: 1, writeOnly: true, description: 'Token that does not change.' },
    header: { type: 'string', minLength: 1, default: 'Authorization', description: 'Header that carries it.' },
    scheme: { type: 'string', default: 'Bearer', description: 'Word before the token; "" for none.' },
  },
  required: ['token'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'bearer',
  summary: 'Sends a token that does not change with every call.',
  isStatic: true,
  options,
  create({ token, header: name, scheme }, context) {
    context.addSecret(token);
    return createStaticAuthenticator({ headers: header(name, scheme === '' ? token : `${scheme} ${token}`, context) });
  },
} satisfies AuthenticatorComponent<FromSchema<typeof options>>;
