import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError, IntegrationError } from '../core/errors.ts';
import { type DataRecord, isRecord, type Json, plainText } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import { basicHeader } from './basic-header.ts';
import { header } from './static-credentials.ts';
import type { AuthenticatorContext, HttpRequest } from './types.ts';

const TEXTS = { type: 'object', additionalProperties: { type: 'string' }, default: {} } as const satisfies JSONSchema;

/** One call of a sign-in. Every text in it may be a template. */
export const EXCHANGE_STEP = {
  type: 'object',
  properties: {
    method: { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], default: 'POST', description: 'HTTP method.' },
    url: { type: 'string', minLength: 1, description: 'Address of the call.' },
    query: { ...TEXTS, description: 'Query parameters.' },
    headers: { ...TEXTS, description: 'Headers.' },
    basic: {
      type: 'object',
      description: 'User name and password of a Basic header.',
      properties: {
        username: { type: 'string', description: 'User name.' },
        password: { type: 'string', writeOnly: true, description: 'Password.' },
      },
      required: ['username', 'password'],
      additionalProperties: false,
    },
    body: {
      type: 'object',
      description: 'What is sent.',
      properties: {
        encoding: {
          enum: ['none', 'json', 'form', 'text'],
          default: 'json',
          description: 'As JSON, as a form, as text/plain, or nothing.',
        },
        content: { description: 'The value itself: any JSON; names and texts for a form; a text for text.' },
      },
      additionalProperties: false,
      default: { encoding: 'none' },
    },
    pick: {
      type: 'object',
      additionalProperties: { type: 'string' },
      default: {},
      description:
        'Name → path in the answer, "" for the answer itself. accessToken, refreshToken, expiresIn, refreshExpiresIn and scope mean what they say; others can be read by later steps.',
    },
  },
  required: ['url'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export type ExchangeStep = FromSchema<typeof EXCHANGE_STEP>;

/** Renders late templates over `config`, `secret` and the names that a sign-in adds. */
export type Render<T> = (names: DataRecord) => T;

/**
 * Compiles late templates.
 *
 * @returns A function that throws ConfigError ERR_MANIFEST when a template reads what is not there.
 */
export function compileLate(source: Json, context: AuthenticatorContext): Render<Json> {
  const template = compileTemplate(source);
  return (names) => {
    try {
      return template.evaluate({ ...context.values, ...names });
    } catch (error) {
      if (!(error instanceof IntegrationError)) throw error;
      throw new ConfigError('ERR_MANIFEST', `${context.client}: a template of the sign-in: ${error.message}`);
    }
  };
}

/** Compiles a step into what makes its request. */
export function compileStep(step: ExchangeStep, context: AuthenticatorContext): Render<HttpRequest> {
  const { method, url, query, headers, basic, body } = step;
  const late = { url, query, headers, body, ...(basic && { basic }) };
  const render = compileLate(late as Json, context);
  return (names) => {
    const rendered = render(names) as unknown as typeof late;
    const { username, password } = rendered.basic ?? {};
    const isBasic = username !== undefined && password !== undefined;
    return {
      method,
      url: plainText(rendered.url),
      query: rendered.query,
      headers: {
        ...headersOf(rendered.headers, context),
        ...(isBasic && { authorization: basicHeader(plainText(username), plainText(password), context) }),
      },
      ...bodyOf(rendered.body.encoding, (rendered.body.content ?? null) as Json),
      repeatable: true,
    };
  };
}

/** Headers as they can be sent. Throws ConfigError ERR_CREDENTIAL. */
export function headersOf(
  headers: Readonly<Record<string, Json>>,
  context: AuthenticatorContext,
): Record<string, string> {
  const all = Object.entries(headers).map(([name, value]) => header(name, plainText(value), context));
  return Object.assign({}, ...all) as Record<string, string>;
}

function bodyOf(encoding: ExchangeStep['body']['encoding'], content: Json): Partial<HttpRequest> {
  switch (encoding) {
    case 'none':
      return {};
    case 'json':
      return { json: content };
    case 'text':
      return { text: plainText(content) };
    case 'form': {
      const fields = isRecord(content) ? Object.entries(content) : [];
      return { form: Object.fromEntries(fields.map(([name, value]) => [name, plainText(value)])) };
    }
  }
}
