import { compileTemplate } from '../core/templates.ts';
import type { ConnectedClient } from '../connector/connect.ts';
import type { Connector } from '../connector/load.ts';
import type { CallArguments, Operation } from '../connector/request.ts';
import { IntegrationError } from '../core/errors.ts';
import type { DataRecord } from '../core/record.ts';
import type { PagePosition } from '../http/types.ts';
import { callOf } from './fixture-call.ts';
import { ACCESS_TOKEN, type FakeClient, NOON, openClient, type SentCall, StopCheck } from './fake-client.ts';
import type { OperationFixture } from './fixtures.ts';
import { readToEnd, rowsOfCall } from './read-to-end.ts';
import { createReplay, type Deviation } from './replay.ts';
import type { SampleClient } from './sample-client.ts';
import { sendRecords } from './send-records.ts';

/** What came of playing a fixture. */
export interface FixtureRun {
  /** Rows that were read, with all that was added to them. */
  readonly rows: readonly DataRecord[];
  /** Ids of the records that were written, in their order. */
  readonly ids: readonly (string | undefined)[];
  readonly error: IntegrationError | undefined;
  readonly deviations: readonly Deviation[];
  /** Places of recorded exchanges that nobody asked for. */
  readonly unused: readonly number[];
  readonly calls: readonly SentCall[];
}

const signal = new AbortController().signal;

/** Plays a fixture: the call that it describes, with its exchanges in place of the network. */
export async function runFixture(
  connector: Connector,
  sample: SampleClient,
  fixture: OperationFixture,
): Promise<FixtureRun> {
  const known = { baseUrl: '', secrets: [ACCESS_TOKEN] };
  const isCredential = (value: string): boolean => known.secrets.some((secret) => value.includes(secret));
  const hasDetails = connector.entities.get(fixture.entity)?.operations[fixture.operation]?.details !== undefined;
  const replay = createReplay(fixture.exchanges, () => ({ baseUrl: known.baseUrl, isCredential }), hasDetails);
  let fake: FakeClient | undefined;
  let outcome: Outcome = { rows: [], ids: [] };
  let error: IntegrationError | undefined;
  try {
    fake = openClient(connector, sample, replay.respond, {
      authentication: fixture.authentication,
      parameters: fixture.parameters as DataRecord | undefined,
      now: fixture.now === undefined ? NOON : Date.parse(fixture.now),
    });
    const { client } = fake;
    known.secrets.push(...secretsOf(client));
    known.baseUrl = (await client.inside.prepare(signal)).url;
    outcome = await play(client, client.operation(fixture.entity, fixture.operation), fixture);
  } catch (thrown) {
    if (!(thrown instanceof IntegrationError || thrown instanceof StopCheck)) throw thrown;
    if (thrown instanceof IntegrationError) error = thrown;
  }
  const { deviations } = replay;
  return {
    ...outcome,
    error: outcome.error ?? error,
    deviations,
    unused: replay.unused(),
    calls: fake?.calls ?? [],
  };
}

/** Values that recorded requests leave out. */
export function secretsOf({ inside }: ConnectedClient): string[] {
  return Object.values(inside.config().secret)
    .map(String)
    .filter((value) => value !== '');
}

interface Outcome {
  readonly rows: readonly DataRecord[];
  readonly ids: readonly (string | undefined)[];
  readonly error?: IntegrationError | undefined;
}

async function play(client: ConnectedClient, operation: Operation, fixture: OperationFixture): Promise<Outcome> {
  const { args, records } = callOf(operation, fixture);
  if (records) {
    const { ids, error } = await sendRecords(client, operation, { records, args }, signal);
    return { rows: [], ids, error };
  }
  if (!isRead(operation)) {
    const { body } = await client.call(operation, args, signal);
    return { rows: rowsOfCall(operation, body), ids: [] };
  }
  const { since, state, start } = fixture.call;
  const options = {
    since: since === undefined ? undefined : Date.parse(since),
    state: state as never,
    start: (start as PagePosition | undefined) ?? startOf(operation, fixture, client),
  };
  const { rows, error } = await readToEnd(client, operation, args, options, signal);
  return { rows, ids: [], error };
}

/** Whether an operation gives rows: page by page, or one record that is brought into form. */
export function isRead({ name, manifest }: Operation): boolean {
  const { paginator, forEach, details, shape, compute } = manifest;
  const parts = [paginator, forEach, details, shape, compute];
  return (manifest.action ?? name) === 'list' || parts.some((part) => part !== undefined);
}

/** A short fixture may show a later page: its number says where the reading goes on. */
function startOf(operation: Operation, fixture: OperationFixture, client: ConnectedClient): PagePosition | undefined {
  const { paginator } = operation.manifest;
  const named = typeof paginator === 'string' ? client.connector.manifest.paginators?.[paginator] : paginator;
  const {
    type,
    pageParameter = '',
    start = 1,
  } = (named ?? {}) as {
    readonly type?: string;
    readonly pageParameter?: string;
    readonly start?: number;
  };
  if (!fixture.isShort || type !== 'page-number') return undefined;
  const page = (fixture.exchanges[0]?.request.query as DataRecord | undefined)?.[pageParameter];
  return typeof page === 'number' && page !== start ? { page } : undefined;
}

/** Path and query of the connection test. */
export function checkArguments(client: ConnectedClient): CallArguments {
  const { check } = client.connector.manifest;
  const { config } = client.inside.config();
  return compileTemplate({ path: check?.path ?? {}, query: check?.query ?? {} }).evaluate({ config }) as CallArguments;
}
