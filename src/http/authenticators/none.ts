import type { JSONSchema } from 'json-schema-to-ts';
import type { AuthenticatorComponent } from '../types.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'none',
  summary: 'Calls without signing in.',
  isStatic: true,
  options,
  create() {
    return { apply: () => Promise.resolve({ headers: {} }) };
  },
} satisfies AuthenticatorComponent;
