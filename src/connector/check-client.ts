import { compileCondition } from '../core/conditions.ts';
import { AuthError, HttpStatusError, IntegrationError } from '../core/errors.ts';
import { rootFields } from '../core/expression-roots.ts';
import { isObject, type Json } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import { parseTemplateText } from '../core/template-text.ts';
import { checkAddress, checkTls } from '../http/check-connection.ts';
import { createTransport, type Transport } from '../http/transport.ts';
import type { CheckStep, HttpAnswer } from '../http/types.ts';
import { valueAt } from '../http/value-at.ts';
import type { Config } from './client-values.ts';
import { type ConnectedClient, splitName } from './connect.ts';
import type { ConnectorManifest } from './manifest-schema.ts';
import type { CallArguments, Operation } from './request.ts';

type StepName = CheckStep['step'];
type Found = Omit<CheckStep, 'step' | 'durationMs'>;

const ORDER: readonly StepName[] = ['address', 'tls', 'tenant', 'token', 'scope', 'first-read'];

/** Largest answer in which a system tells about itself. */
const ABOUT_BYTES = 1024 * 1024;

/**
 * Tests a connection in the order in which it is built: address → tls → tenant → token → scope → first-read.
 *
 * Everything that goes wrong is a step that failed, with what to do about it; the steps after it are skipped.
 */
export async function checkClient(client: ConnectedClient, signal: AbortSignal): Promise<CheckStep[]> {
  const steps: CheckStep[] = [];
  for await (const step of runSteps(client, signal)) {
    steps.push(presentable(client, step));
    if (step.status === 'failed') break;
  }
  return [...steps, ...ORDER.slice(steps.length).map(skipped)];
}

async function* runSteps(client: ConnectedClient, signal: AbortSignal): AsyncGenerator<CheckStep> {
  const { guard, timeouts, config, authenticate } = client.inside;
  const address = knownAddress(client.connector.manifest.baseUrl, config());
  yield await checkAddress(address, guard, timeouts);
  yield await checkTls(address, guard, timeouts);

  const tenant = await timed(client, 'tenant', signal, () => findTenant(client, signal));
  if (tenant.status === 'failed') {
    yield tenant;
    return;
  }
  const token = await timed(client, 'token', signal, async () => {
    await authenticate(signal);
    return { status: 'passed', message: 'The sign-in was accepted' };
  });
  // Only a refused sign-in shows that a tenant set by hand is a wrong one; then that is what has to be changed.
  const contradiction = token.status === 'failed' ? await findContradiction(client, signal) : undefined;
  yield contradiction ? { ...tenant, ...contradiction } : tenant;
  yield token;
  yield* readOnce(client, signal);
}

async function timed(
  client: ConnectedClient,
  step: StepName,
  signal: AbortSignal,
  check: () => Promise<Found>,
): Promise<CheckStep> {
  const startedAt = performance.now();
  const hints = client.connector.manifest.check?.hints ?? {};
  const found = await check().catch((error: unknown) => explain(error, hints, signal));
  return { step, ...found, durationMs: Math.round(performance.now() - startedAt) };
}

/** What the sign-in will use: set by hand, or found by asking the system. */
async function findTenant(client: ConnectedClient, signal: AbortSignal): Promise<Found> {
  const { manifest } = client.connector;
  const names = askedParameters(manifest);
  if (names.length === 0) return { status: 'skipped', message: `${manifest.title} has no tenant` };
  const given = client.inside.config().config;
  const { config } = await client.inside.discover(signal);
  const lines = names.map((name) => {
    const title = manifest.parameters[name]?.title ?? name;
    if (config[name] === undefined) return `${title}: none`;
    return `${title}: "${textOf(config[name])}", ${given[name] === undefined ? 'as the system told' : 'as set in the client'}`;
  });
  return { status: 'passed', message: lines.join('; ') };
}

/** A parameter that is not what the system says it is. */
async function findContradiction(client: ConnectedClient, signal: AbortSignal): Promise<Found | undefined> {
  const { inside, connector } = client;
  const transport = createTransport({ guard: inside.guard, timeouts: inside.timeouts, maxBodyBytes: ABOUT_BYTES });
  try {
    const used = await inside.discover(signal);
    const told = await askSystem(connector.manifest, used, transport, signal);
    const [name, value] = told.find(([key, answer]) => differs(used.config[key], answer)) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const title = connector.manifest.parameters[name]?.title ?? name;
    const own = used.config[name];
    return {
      status: 'failed',
      message: `${title}: the client uses ${own === undefined ? 'none' : `"${textOf(own)}"`}, the system says "${value}"; the sign-in was refused`,
      hint: `Write "${value}" as ${name}, or leave ${name} out to have it found.`,
    };
  } catch (error) {
    // The refused sign-in is the news; that the system does not tell about itself is none.
    if (error instanceof IntegrationError || signal.aborted) return undefined;
    throw error;
  } finally {
    transport.close();
  }
}

function askedParameters(manifest: ConnectorManifest): string[] {
  return openSteps(manifest).flatMap((step) => Object.keys(step.values));
}

/** What is asked before anybody signs in. */
function openSteps({ discover = [] }: ConnectorManifest): NonNullable<ConnectorManifest['discover']> {
  return discover.filter(({ signedIn }) => !signedIn);
}

async function askSystem(
  manifest: ConnectorManifest,
  { config }: Config,
  transport: Transport,
  signal: AbortSignal,
): Promise<[string, string][]> {
  const told: [string, string][] = [];
  for (const { url, values } of openSteps(manifest)) {
    const address = render(url, { config });
    const answer = await transport.send({ method: 'GET', url: address, repeatable: true }, signal);
    if (answer.status !== 200) continue;
    for (const [name, template] of Object.entries(values)) {
      const value = compileTemplate(template).evaluate({ config, response: answer.body ?? null });
      if (typeof value === 'string' && value !== '') told.push([name, value]);
    }
  }
  return told;
}

/** The base URL as far as it is known before anybody is asked: its host is enough here. */
function knownAddress(template: string, { config }: Pick<Config, 'config'>): string {
  try {
    return render(template, { config });
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
  }
  const unknown = parseTemplateText(template).flatMap((part) =>
    part.kind === 'expression' ? rootFields(part.source) : [],
  );
  const filled = Object.fromEntries(unknown.map(({ field = '' }) => [field, config[field] ?? 'unknown']));
  return render(template, { config: { ...config, ...filled } });
}

function render(template: string, { config }: Pick<Config, 'config'>): string {
  return textOf(compileTemplate(template).evaluate({ config }));
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Case, a slash at the end, and `/token`, which people paste along, make no difference. */
function differs(own: Json | undefined, told: string): boolean {
  const plain = (text: string): string =>
    text
      .trim()
      .toLowerCase()
      .replace(/\/+$/, '')
      .replace(/\/token$/, '');
  return typeof own !== 'string' || plain(own) !== plain(told);
}

/** One call tells two things: whether the token is good for anything, and whether rows can be read. */
async function* readOnce(client: ConnectedClient, signal: AbortSignal): AsyncGenerator<CheckStep> {
  const { check, title } = client.connector.manifest;
  if (!check) {
    const message = `${title} names no operation to test with`;
    yield { step: 'scope', status: 'skipped', message, durationMs: 0 };
    yield { step: 'first-read', status: 'skipped', message, durationMs: 0 };
    return;
  }
  const operation = client.operation(...splitName(check.operation));
  let refusal: unknown;
  const read = await timed(client, 'first-read', signal, async () => {
    try {
      const { config } = await client.inside.prepare(signal);
      const args = compileTemplate({ path: check.path ?? {}, query: check.query ?? {} }).evaluate({ config });
      const answer = await client.call(operation, args as CallArguments, signal);
      return unexpected(check.expect, answer) ?? describeRows(operation, answer);
    } catch (error) {
      refusal = error;
      throw error;
    }
  });
  yield scopeStep(read, refusal);
  yield read;
}

/** The connector says what its answer looks like when all is well. */
function unexpected(expect: unknown, { status, headers, body = null }: HttpAnswer): Found | undefined {
  if (expect === undefined || compileCondition(expect, 'check.expect')({ status, headers, body })) return undefined;
  return { status: 'failed', message: 'The answer is not the one that the connector expects of this system' };
}

function scopeStep(read: CheckStep, error: unknown): CheckStep {
  const step = 'scope';
  if (error instanceof AuthError || (error instanceof HttpStatusError && [401, 403].includes(error.status))) {
    const { message, hint = SCOPE_HINT, durationMs } = read;
    return { step, status: 'failed', message, hint, durationMs };
  }
  if (read.status === 'failed' && !(error instanceof HttpStatusError && error.status < 500)) {
    return { step, status: 'skipped', message: 'Not known: the first read got no usable answer', durationMs: 0 };
  }
  return { step, status: 'passed', message: 'The token is accepted', durationMs: 0 };
}

function describeRows({ entity, manifest }: Operation, answer: HttpAnswer): Found {
  if (manifest.records === undefined) return { status: 'passed', message: `${entity.title}: answered` };
  const paths = typeof manifest.records === 'string' ? [manifest.records] : (manifest.records ?? ['']);
  const rows = paths
    .map((path) => valueAt(answer.body, path))
    .find((value) => Array.isArray(value) || (manifest.shape && isObject(value)));
  if (!rows) {
    return {
      status: 'failed',
      message: `${entity.title}: the answer has no rows where they are expected`,
      hint: 'Check the base URI: another service, or a proxy, may answer there.',
    };
  }
  const { length } = Array.isArray(rows) ? (rows as readonly Json[]) : Object.keys(rows);
  if (length > 0)
    return { status: 'passed', message: `${entity.title}: ${length} ${length === 1 ? 'row' : 'rows'} read` };
  return {
    status: 'passed',
    message: `${entity.title}: the list is empty`,
    hint: 'If there should be some, the user or agent behind the sign-in may lack the permission to see them.',
  };
}

/** @param hints Advice of the connector by error code or status: it knows the traps of its system. */
function explain(error: unknown, hints: Readonly<Record<string, string>>, signal: AbortSignal): Found {
  if (signal.aborted) {
    const hint = 'Try again; if it stays so, ask whether the system is slow or limits this client (see its pause).';
    return { status: 'failed', message: 'There was no result within the time of a test', hint };
  }
  if (!(error instanceof IntegrationError)) throw error;
  const status = error.details['status'];
  const hint = hints[error.code] ?? hints[typeof status === 'number' ? status : ''] ?? HINTS[error.code];
  return { status: 'failed', message: error.message, ...(hint !== undefined && { hint }) };
}

/** Without secrets, and with advice wherever something failed. */
function presentable(client: ConnectedClient, step: CheckStep): CheckStep {
  const shown = { ...step, message: client.inside.http.redact(step.message) };
  return step.status === 'failed' && step.hint === undefined ? { ...shown, hint: FALLBACK_HINTS[step.step] } : shown;
}

function skipped(step: StepName): CheckStep {
  return { step, status: 'skipped', message: 'Not tried: a step before it failed', durationMs: 0 };
}

const SCOPE_HINT =
  'Give the application the scopes (permissions) it needs in the system, write the same under "scopes", and check what the agent it acts as may see.';

/** Advice where the step alone does not tell it. */
const HINTS: Readonly<Record<string, string>> = {
  ERR_CLIENT_REFUSED:
    'Copy client ID and secret again from the API application in the system, without spaces around them. A secret is shown only once there: make a new one if in doubt. Check that the application is active.',
  ERR_GRANT_REFUSED: 'Try the user name and password in a browser, and check that the user is not locked.',
  ERR_SCOPE_REFUSED: 'Compare "scopes" with what the API application was granted in the system.',
  ERR_SCOPE_MISSING: 'Write the scopes that the application was granted under "scopes", for example "all".',
  ERR_GRANT_NOT_ALLOWED:
    'Set the authentication method of the API application in the system to the one this client uses, or change the client.',
  ERR_TOKEN_URL_WRONG:
    'Check the address of the system, its region or tenant, and the address of its authorisation server (without /token); leave out what the connector finds by itself.',
  ERR_NOT_CONNECTED: 'A person has to sign in once: run "sluice connect" with the name of this client.',
  ERR_CONNECT_AGAIN: 'A person has to sign in again: run "sluice connect" with the name of this client.',
  ERR_SIGN_IN_LOCKED: 'Have the key or user unlocked in the system, then test again after a minute.',
  ERR_TOKEN_REFUSED: SCOPE_HINT,
  ERR_CREDENTIALS_REFUSED:
    'Copy the credentials again from the system, without spaces around them, and check that they are active.',
  ERR_FORBIDDEN: SCOPE_HINT,
  ERR_RATE_LIMITED: 'The system told this client to wait. Test again later, or lower its limits.',
  ERR_NOT_JSON: 'Check the base URI: a web page answers there, perhaps a sign-in page or a proxy.',
};

const FALLBACK_HINTS: Readonly<Record<StepName, string>> = {
  address: 'Correct the address in the client, or have an administrator allow it.',
  tls: 'Open the address in a browser on this machine and look at its certificate.',
  tenant: 'Set the parameters named here by hand; the system did not tell them.',
  token: 'Check the credentials, the tenant and the address of the authorisation server.',
  scope: SCOPE_HINT,
  'first-read': 'Look at the message of the system, and whether the base URI leads to its API.',
};
