import { isObject } from '../../core/record.ts';
import { type AlumioObject, parametersOf } from './read-export.ts';
import { saysNothing } from './translate-part.ts';

/** What a client of an export becomes, but for its calls. */
export interface ClientSpec {
  readonly authentication: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** What differs, or is left to do. */
  readonly notes: readonly string[];
}

type Parameters = Readonly<Record<string, unknown>>;

/** Clients of connectors by how their prototype begins; it ends with a version. */
const CONNECTORS: readonly (readonly [
  RegExp,
  (given: Parameters) => Pick<ClientSpec, 'authentication' | 'parameters'>,
])[] = [
  [
    /^akeneo-http-client/,
    ({ baseUri, clientId, clientSecret, username, password }) => ({
      authentication: 'oauth2-password',
      parameters: {
        ...{ baseUri, tokenUri: `${trimmed(baseUri)}/api/oauth/v1/token`, clientId, clientSecret, username, password },
        ...{ clientAuthentication: 'basic', tokenEncoding: 'json' },
      },
    }),
  ],
  [
    /^shopify-http-client/,
    ({ baseUri, token }) => ({
      authentication: 'api-key',
      parameters: { baseUri, keyName: 'X-Shopify-Access-Token', apiKey: token },
    }),
  ],
];

/** What a client becomes with the connector "http"; undefined where the export does not tell its address. */
export function clientSpec({ prototype = '', parameters }: AlumioObject): ClientSpec | undefined {
  const baseUri = baseUriOf(parameters);
  if (baseUri === undefined) return undefined;
  const given = { ...parameters, baseUri };
  const [, connector] = CONNECTORS.find(([pattern]) => pattern.test(prototype)) ?? [];
  if (connector) return { ...connector(given), headers: {}, notes: [] };
  return genericClient(prototype, given);
}

function genericClient(prototype: string, given: Parameters & { baseUri: string }): ClientSpec {
  const { baseUri } = given;
  const headers = headersOf(given);
  const signIn = signInOf(given);
  const notes = signIn
    ? []
    : [`how "${prototype}" signs in is not known here: set "authentication" and its parameters`];
  const { authentication, parameters } = signIn ?? { authentication: 'none', parameters: {} };
  return { authentication, parameters: { baseUri, ...parameters }, headers, notes };
}

function signInOf(given: Parameters): Pick<ClientSpec, 'authentication' | 'parameters'> | undefined {
  const [only, ...others] = partsOf(given['authentications']);
  const { httpauth } = given;
  if (others.length > 0) return undefined;
  if (!only) return saysNothing(httpauth) && isGeneric(given) ? { authentication: 'none', parameters: {} } : undefined;
  const { username, password, token } = parametersOf(only);
  const kind = String(only['prototype']);
  if (/basic/.test(kind) && !saysNothing(username)) {
    return { authentication: 'basic', parameters: { username, ...(!saysNothing(password) && { password }) } };
  }
  if (/bearer/.test(kind) && !saysNothing(token)) return { authentication: 'bearer', parameters: { token } };
  return undefined;
}

/** A client without fields of its own besides those of the generic one has nothing to sign in with. */
function isGeneric(given: Parameters): boolean {
  return Array.isArray(given['plugins']);
}

function baseUriOf(parameters: Parameters): string | undefined {
  const plugin = partsOf(parameters['plugins']).find(({ prototype }) => prototype === 'base-uri');
  const inside = plugin ? parametersOf(plugin) : {};
  const found = [parameters['baseUri'], parameters['baseUrl'], parameters['base_uri']]
    .concat([inside['baseUri'], inside['uri'], inside['base_uri']])
    .find((value): value is string => typeof value === 'string' && value.trim() !== '');
  return found?.trim();
}

/** Headers that are no secrets; those that sign in have to be set by hand. */
function headersOf(parameters: Parameters): Record<string, string> {
  const plugins = partsOf(parameters['plugins']).filter(({ prototype }) => prototype === 'header-append');
  const pairs = plugins.flatMap((plugin) => {
    const { headers, name, value } = parametersOf(plugin);
    const listed = Array.isArray(headers) ? headers.filter(isObject).map((each) => [each['name'], each['value']]) : [];
    return [...listed, ...(isObject(headers) ? Object.entries(headers) : []), [name, value]];
  });
  const isPlain = ([key, text]: unknown[]): boolean =>
    typeof key === 'string' && typeof text === 'string' && !/auth|key|token|secret|cookie/i.test(key);
  return Object.fromEntries(pairs.filter(isPlain) as [string, string][]);
}

function partsOf(value: unknown): readonly Parameters[] {
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isObject) : [];
}

function trimmed(uri: unknown): string {
  return String(uri).replace(/\/+$/, '');
}
