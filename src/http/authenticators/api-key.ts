import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { createStaticAuthenticator, header, unfit } from '../static-credentials.ts';
import type { AuthenticatorComponent, AuthenticatorContext, Credentials } from '../types.ts';

const key = {
  type: 'object',
  properties: {
    in: { enum: ['header', 'query', 'cookie'], default: 'header', description: 'Where it stands in a call.' },
    name: { type: 'string', minLength: 1, description: 'Name of the header, query parameter or cookie.' },
    prefix: { type: 'string', default: '', description: 'Text before the value, with its space: "Token ".' },
    value: { type: 'string', minLength: 1, writeOnly: true, description: 'The key itself.' },
  },
  required: ['name', 'value'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const options = {
  type: 'object',
  properties: {
    keys: { type: 'array', minItems: 1, items: key, description: 'What is added to every call, one entry each.' },
  },
  required: ['keys'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Key = FromSchema<typeof key>;

export default {
  type: 'api-key',
  summary: 'Adds one or several keys to every call: as headers, query parameters or cookies.',
  isStatic: true,
  options,
  create({ keys }, context) {
    return createStaticAuthenticator(credentialsOf(keys, context));
  },
} satisfies AuthenticatorComponent<FromSchema<typeof options>>;

function credentialsOf(keys: readonly Key[], context: AuthenticatorContext): Credentials {
  let headers: Record<string, string> = {};
  const query: [string, string][] = [];
  const cookies: string[] = [];
  for (const { in: place, name, prefix, value } of keys) {
    context.addSecret(value);
    const text = prefix + value;
    if (place === 'header') headers = { ...headers, ...header(name, text, context) };
    else if (place === 'query') query.push([name, text]);
    else cookies.push(cookie(name, text, context));
  }
  if (cookies.length > 0) headers = { ...headers, ...header('cookie', cookies.join('; '), context) };
  return { headers, ...(query.length > 0 && { query: Object.fromEntries(query) }) };
}

/** See RFC 6265, section 4.1.1: separators would begin another cookie. */
function cookie(name: string, value: string, { client }: AuthenticatorContext): string {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw unfit(client, `"${name.slice(0, 60)}" is no name of a cookie`);
  if (/[\s;,"\\]/.test(value)) throw unfit(client, `the value of cookie ${name} holds a separator`);
  return `${name}=${value}`;
}
