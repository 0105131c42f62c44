import { checkClientSpec, type ClientSpec } from '../connector/client-spec.ts';
import type { Connector } from '../connector/load.ts';
import type { ConnectorManifest } from '../connector/manifest-schema.ts';
import { type DataRecord, isRecord, type Json } from '../core/record.ts';
import type { Problem } from '../core/validation.ts';
import type { ClientFixture } from './fixture-schema.ts';
import { madeUpKey } from './made-up-key.ts';

type Parameter = ConnectorManifest['parameters'][string];

/** The client that checks call with: that of client.json, or one that is made up. */
export interface SampleClient {
  readonly authentication: string;
  readonly parameters: DataRecord;
  /** Whether client.json gives it. */
  readonly isGiven: boolean;
}

/** What a check wants to be different from the sample client. */
export interface ClientChanges {
  readonly authentication?: string | undefined;
  /** Laid over the sample's; null takes one away. */
  readonly parameters?: DataRecord | undefined;
}

/** Takes the client of client.json, or makes one up. */
export function sampleClient({ manifest }: Connector, fixture: ClientFixture | undefined): SampleClient {
  if (fixture) {
    const { authentication, parameters } = fixture;
    return { authentication, parameters: parameters as DataRecord, isGiven: true };
  }
  const names = Object.keys(manifest.parameters);
  const values = names.map((name) => [name, madeUpValue(name, manifest.parameters[name] as Parameter)] as const);
  const authentication = Object.keys(manifest.authentications)[0] ?? '';
  return { authentication, parameters: Object.fromEntries(values), isGiven: false };
}

/**
 * A client's spec as a document would give it, checked as one.
 *
 * Parameters that only other authentications take are left out; where this one needs a value that the sample does not
 * have, it is made up.
 */
export function specOf(
  connector: Connector,
  sample: SampleClient,
  changes: ClientChanges = {},
): { spec: ClientSpec; problems: [] } | { problems: Problem[] } {
  const { manifest } = connector;
  const authentication = changes.authentication ?? sample.authentication;
  const own = manifest.authentications[authentication];
  const needed = own?.parameters ?? [];
  const special = new Set(
    Object.values(manifest.authentications).flatMap((each) => [...(each.parameters ?? []), ...(each.optional ?? [])]),
  );
  const isUsed = (name: string): boolean =>
    !special.has(name) || needed.includes(name) || (own?.optional ?? []).includes(name);
  const made = Object.fromEntries(
    [...Object.keys(manifest.parameters).filter((name) => manifest.parameters[name]?.required), ...needed]
      .filter((name) => manifest.parameters[name]?.default === undefined)
      .map((name) => [name, madeUpValue(name, manifest.parameters[name] as Parameter)]),
  );
  const given = changes.authentication === undefined ? {} : made;
  const all = { ...given, ...sample.parameters, ...changes.parameters };
  const parameters = Object.fromEntries(
    Object.entries(all).filter(
      ([name, value]) => value !== null && (isUsed(name) || !Object.hasOwn(manifest.parameters, name)),
    ),
  );
  const source = { connector: connector.name, authentication, parameters: withKeys(parameters) };
  const checked = checkClientSpec(new Map([[connector.name, connector]]), source);
  return 'spec' in checked ? { spec: checked.spec, problems: [] } : checked;
}

function withKeys(parameters: DataRecord): DataRecord {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, isRecord(value) ? value : (madeUpKey(value) ?? value)]),
  );
}

function madeUpValue(name: string, parameter: Parameter): Json {
  const { default: standard, enum: values, type, format, secret, pattern, multiline } = parameter;
  if (standard !== undefined) return standard;
  if (values?.[0] !== undefined) return values[0];
  if (type === 'boolean') return true;
  if (type !== 'string') return 1;
  if (format === 'uri') return `https://${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')}.example.com`;
  if (format === 'host') return 'acme.example.com';
  if (multiline) return secret ? 'made-up-rsa-key' : 'made-up-certificate';
  if (pattern !== undefined) return 'acme';
  return secret ? `made-up-${name}` : 'made-up';
}
