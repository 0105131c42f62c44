import type { ConnectedClient } from '../connector/connect.ts';
import { stepOperation } from '../connector/step-operation.ts';
import { ConfigError, type ErrorReport } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import type { DataRecord } from '../core/record.ts';
import type { Document, Kind, SavedTest } from '../engine/kinds.ts';
import { readingOnly, withoutCalls } from '../engine/reading-only.ts';
import { type Stage, stagesOf, type TestedKind, TESTED_KINDS } from '../engine/testing/chains.ts';
import { type TestDeps, testStages, type TestedRecord } from '../engine/testing/run-stages.ts';
import { runSavedTests, type TestResult } from '../engine/testing/saved-tests.ts';
import { givenOperation, givenReads } from '../engine/testing/given-reads.ts';
import type { Workspace } from '../engine/workspace.ts';
import type { TaskRow } from '../store/task-reads.ts';
import { transformers } from '../transformers/index.ts';
import type { Platform } from './platform.ts';
import { notFound, requestInvalid, RequestError } from './request-error.ts';
import type { Author } from '../engine/configuration.ts';
import { sourceRecords } from './source-records.ts';
import { findDocument } from './stored-documents.ts';

/** What a tester is asked for: steps, or a document whose steps are meant, and records. */
export interface TestRequest {
  readonly steps?: readonly object[] | undefined;
  readonly document?: { readonly kind: TestedKind; readonly identifier: string } | undefined;
  readonly records?: readonly object[] | undefined;
  readonly task?: string | undefined;
  readonly route?: string | undefined;
  /** An incoming whose source is read now. */
  readonly incoming?: string | undefined;
  readonly until?: string | undefined;
}

/** Last tasks of a route, or first records of a source, that are taken. */
const LAST_TASKS = 5;

/**
 * Runs records through steps and tells every step. Nothing is sent; what steps write into storages is gone afterwards.
 *
 * @param mayCall Whether calls that only read are made: those of steps, and of the source of an incoming.
 */
export async function testChain(
  platform: Platform,
  request: TestRequest,
  mayCall = false,
): Promise<{ results: TestedRecord[] }> {
  const deps = await depsOf(platform, mayCall);
  const task = request.task === undefined ? undefined : await findTask(platform, request.task);
  const stages = stagesFor(request, task, deps.documents);
  const records = request.records ?? (task ? [recordOf(task)] : await recordsFor(platform, request, mayCall));
  return { results: await testStages(stages, records as readonly DataRecord[], deps, request.until) };
}

/** Runs saved tests: all of them, or those of documents with these identifiers. */
export async function runTests(platform: Platform, identifiers: readonly string[]): Promise<{ results: TestResult[] }> {
  const deps = await depsOf(platform);
  const tested = deps.documents.filter(
    ({ kind, identifier }) => isTestedKind(kind) && (identifiers.length === 0 || identifiers.includes(identifier)),
  );
  const missing = identifiers.find((identifier) => !tested.some((document) => document.identifier === identifier));
  if (missing !== undefined) throw notFound(`There is no transformer, incoming, outgoing or route "${missing}"`);
  return { results: await runSavedTests(tested, deps) };
}

/** A saved test and where it was put. */
export interface MadeTest {
  readonly kind: TestedKind;
  readonly identifier: string;
  readonly test: SavedTest;
}

/**
 * Makes a saved test of what the steps make of a task's record now, and puts it into the outgoing, or into the route where
 * the record is as the source sent it.
 */
export async function testOfTask(
  platform: Platform,
  id: string,
  name: string | undefined,
  author: Author,
): Promise<MadeTest> {
  const task = await findTask(platform, id);
  const deps = await depsOf(platform);
  const { kind, identifier } = placeOf(task, deps.documents);
  const input = recordOf(task);
  const [result] = await testStages(stagesOf(kind, identifier, deps.documents), [input], {
    ...deps,
    reads: givenReads(),
    operation: givenOperation,
  });
  const test: SavedTest = { name: name ?? `Task ${id}`, input, ...expectationOf(result) };
  const document = await findDocument(platform.configuration, kind, identifier);
  const tests = [...((document.spec['tests'] ?? []) as readonly SavedTest[]), test];
  const tested = { ...document, spec: { ...document.spec, tests } };
  await platform.configuration.apply([{ source: 'test', document: tested }], { author });
  return { kind, identifier, test };
}

function expectationOf(result: TestedRecord | undefined): Pick<SavedTest, 'expected' | 'dropped' | 'error'> {
  if (result?.error) return { error: (result.error satisfies ErrorReport).message };
  const output = result?.output ?? [];
  if (output.some((record) => Object.keys(record).length === 0)) {
    throw new RequestError(
      409,
      'ERR_TEST_EMPTY',
      'The steps make an empty record of it; a test that expects nothing cannot fail',
    );
  }
  return output.length === 0 ? { dropped: true } : { expected: output.map((record) => ({ ...record })) };
}

async function depsOf(
  { configuration, scripts, settings, steps, variables }: Platform,
  mayCall = false,
): Promise<TestDeps> {
  const workspace = await configuration.current();
  return {
    documents: await configuration.export(),
    transformers,
    variable: variables.lookup,
    environment: settings.environmentName,
    reads: mayCall ? readingOnly(steps) : withoutCalls(steps),
    operation: (client, entity, name) => stepOperation(clientIn(workspace, client), entity, name),
    scripts,
  };
}

/** A client that is valid, or why there is none. */
function clientIn({ clients }: Workspace, identifier: string): ConnectedClient {
  const client = clients.get(identifier);
  if (client) return client;
  const message = `There is no valid client "${identifier}"${didYouMean(identifier, [...clients.keys()])}`;
  throw new ConfigError('ERR_NOT_FOUND', message);
}

function stagesFor(
  { steps, document, incoming }: TestRequest,
  task: TaskRow | undefined,
  documents: readonly Document[],
): Stage[] {
  if (steps) return [{ at: 'steps', steps }];
  const place = document ?? (task ? placeOf(task, documents) : incomingOf(incoming));
  if (place) return stagesOf(place.kind, place.identifier, documents);
  throw requestInvalid([{ path: 'steps', message: 'is missing: give steps, a document or a task' }]);
}

function incomingOf(identifier: string | undefined): TestRequest['document'] {
  return identifier === undefined ? undefined : { kind: 'incoming', identifier };
}

function isTestedKind(kind: Kind): kind is TestedKind {
  return (TESTED_KINDS as readonly string[]).includes(kind);
}

/** The steps that a task's record has yet to go through. */
function placeOf(task: TaskRow, documents: readonly Document[]): { kind: TestedKind; identifier: string } {
  if (task.stage === 'source') return { kind: 'route', identifier: task.route };
  const route = documents.find(({ kind, identifier }) => kind === 'route' && identifier === task.route);
  if (!route) throw notFound(`The route "${task.route}" of this task is not there any more`);
  return { kind: 'outgoing', identifier: String(route.spec['outgoing']) };
}

async function findTask({ store }: Platform, id: string): Promise<TaskRow> {
  const task = await store.tasks.get(Number(id));
  if (!task) throw notFound(`There is no task ${id}; tasks are removed when their time to be kept is over`);
  return task;
}

function recordOf({ id, payload }: TaskRow): DataRecord {
  if (payload !== null) return JSON.parse(payload) as DataRecord;
  throw new RequestError(409, 'ERR_TASK_STATE', `The task ${id} holds no record any more`, {});
}

async function recordsFor(
  platform: Platform,
  { route, incoming }: TestRequest,
  mayCall: boolean,
): Promise<readonly DataRecord[]> {
  if (route !== undefined) return lastRecords(platform, route);
  if (incoming === undefined)
    throw requestInvalid([{ path: 'records', message: 'is missing: give records, a task, a route or an incoming' }]);
  if (mayCall) return sourceRecords(platform, incoming, LAST_TASKS);
  throw new RequestError(
    403,
    'ERR_FORBIDDEN',
    'Reading a source makes calls: that needs the permission "clients:call"',
    {},
  );
}

async function lastRecords({ store }: Platform, route: string): Promise<DataRecord[]> {
  const rows = await store.tasks.list({ route, limit: LAST_TASKS });
  const tasks = await Promise.all(rows.map(({ id }) => store.tasks.get(id)));
  return tasks.flatMap((task) => (task && task.payload !== null ? [recordOf(task)] : []));
}
