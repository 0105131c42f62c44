import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { didYouMean } from '../core/nearest.ts';
import { isObject } from '../core/record.ts';
import { isSealed } from '../core/sealing.ts';
import { checkSchema, join, type Problem } from '../core/validation.ts';
import { DURATION } from '../core/duration.ts';
import { compilePattern } from '../core/pattern.ts';
import { isNetwork } from '../http/address-guard.ts';
import { LIMITS_SCHEMA } from '../http/limits.ts';
import { DEFINITION, defineEntities } from './client-definition.ts';
import type { Connector } from './load.ts';
import type { ConnectorManifest } from './manifest-schema.ts';

/** `spec` of a client document. */
export const CLIENT_SPEC = {
  type: 'object',
  properties: {
    connector: { type: 'string', description: 'Name of the connector whose prototype this client is made from.' },
    authentication: { type: 'string', description: 'One of the authentications that the connector names.' },
    parameters: {
      type: 'object',
      description: 'Values of the form; secrets as ${NAME} or as text that is sealed on saving.',
    },
    definition: DEFINITION,
    limits: LIMITS_SCHEMA,
    allowPrivateNetworks: {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 64 },
      maxItems: 100,
      default: [],
      description:
        'Networks that this client may call besides public addresses, as CIDR, for systems in the own network: ["10.20.0.0/16"]. ' +
        'Only an administrator adds one.',
    },
    timeouts: {
      type: 'object',
      properties: {
        connect: { ...DURATION, default: '10s' },
        headers: { ...DURATION, default: '60s' },
        idle: { ...DURATION, default: '30s' },
        total: { ...DURATION, default: '5m' },
      },
      additionalProperties: false,
      default: {},
    },
    maxBodyBytes: {
      type: 'integer',
      minimum: 1024,
      default: 33554432,
      description: 'Largest answer that is read, in bytes.',
    },
    maxWait: { ...DURATION, default: '15m', description: 'Longest wait for the budget before a call is given back.' },
    retry: {
      type: 'object',
      properties: {
        attempts: {
          type: 'integer',
          minimum: 1,
          maximum: 20,
          default: 5,
          description: 'Tries of a call that is safe to repeat.',
        },
      },
      additionalProperties: false,
      default: {},
    },
  },
  required: ['connector', 'authentication', 'parameters'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export type ClientSpec = FromSchema<typeof CLIENT_SPEC>;
type Parameter = ConnectorManifest['parameters'][string];

/** Checks a client's spec against its connector. */
export function checkClientSpec(
  connectors: ReadonlyMap<string, Connector>,
  value: unknown,
): { spec: ClientSpec; connector: Connector; problems: [] } | { problems: Problem[] } {
  const { value: checked, problems } = checkSchema(CLIENT_SPEC, value, 'spec');
  if (problems.length > 0) return { problems };
  const spec = checked as ClientSpec;
  const unknown = networkProblems(spec.allowPrivateNetworks);
  if (unknown.length > 0) return { problems: unknown };
  const connector = connectors.get(spec.connector);
  if (!connector) {
    const known = [...connectors.keys()];
    return {
      problems: [
        {
          path: 'spec.connector',
          message: `unknown connector "${spec.connector}"${didYouMean(spec.connector, known)}`,
        },
      ],
    };
  }
  const found = parametersProblems(connector.manifest, spec);
  if (found.length > 0) return { problems: found };
  if (!spec.definition) return { spec, connector, problems: [] };
  const defined = defineEntities(connector, spec.definition, 'spec.definition');
  return defined.problems.length > 0
    ? { problems: defined.problems }
    : { spec, ...(defined as { connector: Connector }), problems: [] };
}

function networkProblems(networks: readonly string[]): Problem[] {
  return networks.flatMap((network, index) =>
    isNetwork(network)
      ? []
      : [
          {
            path: `spec.allowPrivateNetworks[${index}]`,
            message: `"${network}" is not a network; write for example 10.0.0.0/8`,
          },
        ],
  );
}

/** Names of the parameters that hold secrets. */
export function secretParameters(manifest: ConnectorManifest): string[] {
  return Object.entries(manifest.parameters)
    .filter(([, parameter]) => parameter.secret)
    .map(([name]) => name);
}

function parametersProblems(manifest: ConnectorManifest, spec: ClientSpec): Problem[] {
  const authentication = manifest.authentications[spec.authentication];
  if (!authentication) {
    const known = Object.keys(manifest.authentications);
    return [
      {
        path: 'spec.authentication',
        message: `unknown authentication "${spec.authentication}"${didYouMean(spec.authentication, known)}`,
      },
    ];
  }
  const own = [...(authentication.parameters ?? []), ...(authentication.optional ?? [])];
  const needed = parametersOf(manifest, own);
  const given = spec.parameters as Readonly<Record<string, unknown>>;
  return [
    ...Object.keys(given)
      .filter((name) => !needed.includes(name))
      .map((name) => ({
        path: join('spec.parameters', name),
        message: unknownParameter(manifest, spec, name, needed),
      })),
    ...needed.flatMap((name) => {
      const parameter = manifest.parameters[name];
      const isRequired = parameter?.required === true || (authentication.parameters ?? []).includes(name);
      return parameter ? valueProblems(parameter, given[name], join('spec.parameters', name), isRequired) : [];
    }),
  ];
}

/** The common parameters and those of this authentication; parameters of other authentications are left out. */
function parametersOf(manifest: ConnectorManifest, own: readonly string[]): string[] {
  const special = new Set(
    Object.values(manifest.authentications).flatMap((each) => [...(each.parameters ?? []), ...(each.optional ?? [])]),
  );
  return Object.keys(manifest.parameters).filter((name) => own.includes(name) || !special.has(name));
}

function unknownParameter(
  manifest: ConnectorManifest,
  spec: ClientSpec,
  name: string,
  needed: readonly string[],
): string {
  return name in manifest.parameters
    ? `is not used by the authentication "${spec.authentication}"; leave it out`
    : `unknown key${didYouMean(name, needed)}`;
}

function valueProblems(parameter: Parameter, value: unknown, path: string, isRequired: boolean): Problem[] {
  if (value === undefined || value === '') {
    return isRequired && parameter.default === undefined ? [{ path, message: `is missing (${parameter.title})` }] : [];
  }
  if (isSealed(value)) return [];
  if (isObject(value) || Array.isArray(value) || value === null) {
    return [{ path, message: `must be a ${parameter.type}` }];
  }
  if (typeof value === 'string' && value.includes('${')) return [];
  return plainProblems(parameter, value, path);
}

function plainProblems(parameter: Parameter, value: unknown, path: string): Problem[] {
  const isType = parameter.type === 'integer' ? Number.isInteger(value) : typeof value === parameter.type;
  if (!isType)
    return [
      { path, message: `must be a ${parameter.type}, not ${parameter.secret ? typeof value : JSON.stringify(value)}` },
    ];
  const text = String(value);
  if (parameter.enum && !parameter.enum.includes(text)) {
    return [{ path, message: `must be one of ${parameter.enum.join(', ')}, not "${text}"` }];
  }
  if (parameter.pattern !== undefined && !compilePattern(parameter.pattern)(text)) {
    return [{ path, message: 'does not have the right form' }];
  }
  if (parameter.format === 'host') return hostProblems(text, path);
  return parameter.format === 'uri' ? uriProblems(text, path) : [];
}

function hostProblems(text: string, path: string): Problem[] {
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i.test(text)) return [];
  return [{ path, message: `must be a host name such as acme.example.com, not "${text}"` }];
}

function uriProblems(text: string, path: string): Problem[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    return [{ path, message: `must be an absolute address such as https://acme.haloitsm.com, not "${text}"` }];
  }
  if (url.username !== '' || url.password !== '') return [{ path, message: 'must not hold a user name or password' }];
  if (url.search !== '' || url.hash !== '') return [{ path, message: `must not have a query or fragment` }];
  return [];
}
