import { ConfigError, NetworkError } from '../core/errors.ts';
import { type DataRecord, isRecord, type Json, plainText } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import type { HttpAnswer, HttpRequest } from '../http/types.ts';
import type { ClientSpec } from './client-spec.ts';
import type { Connector } from './load.ts';
import type { ConnectorManifest } from './manifest-schema.ts';

/** Values of the form, without and with secrets. */
export interface Config {
  readonly config: DataRecord;
  readonly secret: DataRecord;
}

/** Sends a call of discovery; signed in or not. */
export type SendDiscovery = (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;

/**
 * Defaults, variables and what people paste along, sorted into what may be shown and what may not.
 *
 * Variables are read for values of the document alone: a manifest's defaults cannot name one.
 *
 * @throws ConfigError ERR_VARIABLE_MISSING when a `${NAME}` is not set.
 */
export function readParameters(
  { manifest }: Connector,
  spec: ClientSpec,
  variable: (name: string) => string | undefined,
): Config {
  const config: Record<string, Json> = {};
  const secret: Record<string, Json> = {};
  for (const [name, parameter] of Object.entries(manifest.parameters)) {
    const own = (spec.parameters as Readonly<Record<string, Json>>)[name];
    const given = own === undefined || own === '' ? parameter.default : own;
    if (given === undefined || given === '') continue;
    const value = typeof given === 'string' && given === own ? resolveVariables(given, variable) : given;
    const target = parameter.secret ? secret : config;
    target[name] = typeof value === 'string' ? trimSuffixes(value, parameter.trimSuffixes ?? []) : value;
  }
  return { config: derive(manifest, config), secret };
}

function resolveVariables(text: string, variable: (name: string) => string | undefined): string {
  return text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const value = variable(name);
    if (value === undefined) {
      throw new ConfigError('ERR_VARIABLE_MISSING', `The variable ${name} is named in a client but is not set`);
    }
    return value;
  });
}

function trimSuffixes(text: string, suffixes: readonly string[]): string {
  let trimmed = text.trim();
  for (const suffix of [...suffixes, ...suffixes]) {
    while (suffix !== '' && trimmed.endsWith(suffix)) trimmed = trimmed.slice(0, -suffix.length);
  }
  return trimmed;
}

/** Values made from a parameter by a table: a region gives a host. */
function derive({ derive: tables = {} }: ConnectorManifest, config: DataRecord): DataRecord {
  const made = Object.entries(tables).flatMap(([name, { from, values, default: otherwise }]): [string, Json][] => {
    const key = plainText(config[from] ?? null);
    const value = Object.hasOwn(values, key) ? values[key] : otherwise;
    return value === undefined ? [] : [[name, value]];
  });
  return { ...config, ...Object.fromEntries(made) };
}

/**
 * Asks the system for parameters that were left out; what it answers not to know comes from the fallback.
 *
 * @param signedIn Which of the steps: those before or those after the sign-in.
 * @throws NetworkError when it does not answer: a guess made then would be kept. ConfigError ERR_NOT_DISCOVERED when
 *   nobody tells what is needed.
 */
export async function discoverParameters(
  { manifest }: Connector,
  known: Config,
  signedIn: boolean,
  send: SendDiscovery,
  signal: AbortSignal,
): Promise<Config> {
  let { config } = known;
  for (const step of manifest.discover ?? []) {
    if (step.signedIn !== signedIn || Object.keys(step.values).every((name) => config[name] !== undefined)) continue;
    config = { ...config, ...(await discoverStep(manifest, step, config, send, signal)) };
  }
  return { config: derive(manifest, config), secret: known.secret };
}

type DiscoverStep = NonNullable<ConnectorManifest['discover']>[number];

async function discoverStep(
  manifest: ConnectorManifest,
  step: DiscoverStep,
  config: DataRecord,
  send: SendDiscovery,
  signal: AbortSignal,
): Promise<DataRecord> {
  const url = plainText(evaluate(step.url, { config }));
  const answer = await send({ method: 'GET', url, repeatable: true }, signal);
  if (isPassing(answer.status)) throw notAnswered(url, answer.status);
  const found: Record<string, Json> = {};
  for (const [name, template] of Object.entries(step.values)) {
    if (config[name] !== undefined) continue;
    const told = answer.status < 300 ? evaluate(template, { config, response: answer.body ?? null }) : null;
    const value = isTold(told) ? told : evaluate(step.fallback?.[name] ?? null, { config });
    const suffixes = manifest.parameters[name]?.trimSuffixes ?? [];
    if (isTold(value)) found[name] = typeof value === 'string' ? trimSuffixes(value, suffixes) : value;
    else if (step.missing !== undefined) throw notDiscovered(step.missing, url, name);
  }
  return found;
}

/** Trouble that may be over in a moment, as against "there is no such page". */
function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function notAnswered(url: string, status: number): NetworkError {
  return new NetworkError(
    'ERR_DISCOVERY',
    `${url} answered ${status}, so settings that were left out could not be found`,
  );
}

function notDiscovered(message: string, url: string, parameter: string): ConfigError {
  return new ConfigError('ERR_NOT_DISCOVERED', message, { details: { url, parameter } });
}

function evaluate(template: Json, root: Json): Json {
  return compileTemplate(template).evaluate(root);
}

function isTold(value: Json): boolean {
  return value !== null && value !== '' && !(isRecord(value) && Object.keys(value).length === 0);
}
