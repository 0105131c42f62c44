import { isObject } from '../../core/record.ts';
import { leftovers, shown } from './leftovers.ts';
import { type AlumioObject, parametersOf } from './read-export.ts';
import { saysNothing } from './translate-part.ts';

/** What a client of an export becomes, but for its calls. */
export interface ClientSpec {
  readonly authentication: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it is known that nothing signs in. */
  readonly isOpen: boolean;
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
  if (connector) {
    const notes = leftovers(parameters, CONNECTOR_FIELDS, 'the client');
    return { ...connector(given), headers: {}, isOpen: false, notes };
  }
  return genericClient(prototype, given);
}

/** Fields that say how connectors sign in, and what changes nothing: every call is in the log of calls here. */
const LOGGING = ['enableLogging', 'loggerFormatter'];
const CONNECTOR_FIELDS = [
  ...['key', 'baseUri', 'clientId', 'clientSecret', 'username', 'password', 'token'],
  ...LOGGING,
];
const GENERIC_FIELDS = [
  ...['key', 'baseUri', 'baseUrl', 'base_uri', 'plugins', 'authentications', 'enableErrorHandling'],
  ...LOGGING,
];

function genericClient(prototype: string, given: Parameters & { baseUri: string }): ClientSpec {
  const { baseUri } = given;
  const { plain, secret } = headersOf(given);
  const signIn = signInOf(given, secret);
  const notes = [
    ...(signIn ? [] : [`how "${prototype}" signs in is not known here: set "authentication" and its parameters`]),
    ...leftovers(given, GENERIC_FIELDS, 'the client'),
    ...(given['enableErrorHandling'] === false ? ['calls answered by 4xx and 5xx fail here, too: see "errors"'] : []),
    ...pluginNotes(given),
  ];
  const { authentication, parameters } = signIn ?? { authentication: 'none', parameters: {} };
  const isOpen = signIn?.authentication === 'none';
  return { authentication, parameters: { baseUri, ...parameters }, headers: plain, isOpen, notes };
}

/** What plugins do that clients here do by themselves, or not at all. */
function pluginNotes(given: Parameters): string[] {
  return partsOf(given['plugins']).flatMap((plugin) => {
    const name = String(plugin['prototype']);
    if (['base-uri', 'header-append', 'logger', 'content-length'].includes(name)) return [];
    if (/retry/.test(name)) return ['calls are tried again by the rules of this platform, not by those of its plugin'];
    if (/rate/.test(name)) return [`set "limits" of the client instead of its plugin ${shown(plugin)}`];
    return [`its plugin "${name}" is not carried over: ${shown(parametersOf(plugin))}`];
  });
}

function signInOf(
  given: Parameters,
  secret: readonly (readonly [string, string])[],
): Pick<ClientSpec, 'authentication' | 'parameters'> | undefined {
  const [only, ...others] = partsOf(given['authentications']);
  const { httpauth } = given;
  if (others.length > 0) return undefined;
  if (!only) {
    const [header, ...more] = secret;
    if (!saysNothing(httpauth) || !isGeneric(given) || more.length > 0) return undefined;
    if (!header) return { authentication: 'none', parameters: {} };
    return { authentication: 'api-key', parameters: { keyName: header[0], apiKey: header[1] } };
  }
  if (secret.length > 0) return undefined;
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
    .map((value) => (isObject(value) ? (value['parameters'] ?? value['uri']) : value))
    .find((value): value is string => typeof value === 'string' && value.trim() !== '');
  return found?.trim();
}

/** Headers, and those among them that sign in. */
function headersOf(parameters: Parameters): {
  readonly plain: Record<string, string>;
  readonly secret: readonly (readonly [string, string])[];
} {
  const plugins = partsOf(parameters['plugins']).filter(({ prototype }) => prototype === 'header-append');
  const pairs = plugins.flatMap((plugin) => {
    const { headers, name, value } = parametersOf(plugin);
    const listed = Array.isArray(headers) ? headers.filter(isObject).map((each) => [each['name'], each['value']]) : [];
    return [...listed, ...(isObject(headers) ? Object.entries(headers) : []), [name, value]];
  });
  const isText = (pair: unknown[]): pair is [string, string] => pair.every((part) => typeof part === 'string');
  const isSecret = ([key]: readonly [string, string]): boolean => /auth|key|token|secret|cookie/i.test(key);
  const all = pairs.filter(isText);
  return { plain: Object.fromEntries(all.filter((pair) => !isSecret(pair))), secret: all.filter(isSecret) };
}

function partsOf(value: unknown): readonly Parameters[] {
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isObject) : [];
}

function trimmed(uri: unknown): string {
  return String(uri).replace(/\/+$/, '');
}
