import type { Operation } from '../../connector/request.ts';
import { setPath, parsePath } from '../../core/field-path.ts';
import { IntegrationError } from '../../core/errors.ts';
import { type DataRecord, isRecord, type Json } from '../../core/record.ts';
import { valueAt } from '../../http/value-at.ts';
import { answer, openClient, type SentCall, StopCheck } from '../fake-client.ts';
import { callOf, writesRecords } from '../fixture-call.ts';
import type { OperationFixture } from '../fixtures.ts';
import { jsonDifferences } from '../compare.ts';
import { madeUpArguments } from '../made-up-arguments.ts';
import type { FixtureRun } from '../run-fixture.ts';
import { isWrite, sendRecords } from '../send-records.ts';
import type { Check, Suite, Teller } from '../types.ts';
import { fixtureProblems } from './fixture-problems.ts';
import { fixturePlace, operationPlace } from './place.ts';

const signal = new AbortController().signal;

export default {
  name: 'writes',
  title: 'What is written is sent as recorded, and the answer tells its id',
  async run(suite, tell) {
    for (const operation of suite.operations) {
      const own = suite.fixturesOf(operation).filter((fixture) => writesRecords(operation, fixture));
      for (const fixture of own) await checkFixture(suite, operation, fixture, tell);
      const [first] = own.filter((fixture) => !fixture.error);
      if (first) await checkPair(suite, operation, first, tell);
      if (operation.manifest.method === 'DELETE' && isWrite(operation)) await checkDelete(suite, operation, tell);
    }
  },
} satisfies Check;

async function checkFixture(
  suite: Suite,
  operation: Operation,
  fixture: OperationFixture,
  tell: Teller,
): Promise<void> {
  const run = await suite.run(fixture);
  const problems = [
    ...fixtureProblems(operation, fixture, run),
    ...sentProblems(fixture, run),
    ...idProblems(operation, fixture, run),
  ];
  if (problems.length === 0) tell.pass(fixture.exchanges.length);
  for (const { path, message } of problems) tell.fail(fixturePlace(fixture, path), message);
}

function sentProblems({ sent }: OperationFixture, { calls }: FixtureRun): { path: string; message: string }[] {
  if (sent === undefined) return [];
  const differences = jsonDifferences(calls.at(-1)?.request.json, sent as Json, 'sent');
  return differences.slice(0, 6).map((message) => ({ path: 'sent', message }));
}

function idProblems(
  operation: Operation,
  { exchanges, error: wanted }: OperationFixture,
  { ids, error, deviations }: FixtureRun,
): { path: string; message: string }[] {
  const { manifest, name } = operation;
  const isCreate = ['create', 'post'].includes(manifest.action ?? name);
  const bodies = exchanges.filter(({ status }) => status < 300).map(({ answer: body }) => body as Json | undefined);
  const { id = 'id', records = '' } = manifest.answer ?? {};
  // A system that works later on names the place and has nothing there yet.
  const hasRows = bodies.some((body) => isObjectOrList(body) && !isEmpty(valueAt(body, records)));
  if (!isCreate || !hasRows || wanted || error || deviations.length > 0) return [];
  if (ids.every((each) => each !== undefined)) return [];
  const where = records === '' ? `"${id}" of the answer` : `"${id}" of what stands at "${records}" of the answer`;
  return [{ path: 'answer', message: `no id is found at ${where}: correct "answer" of the operation` }];
}

function isEmpty(value: Json | undefined): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

function isObjectOrList(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Two records of one call: both are in its body, and each gets its own id. */
async function checkPair(suite: Suite, operation: Operation, fixture: OperationFixture, tell: Teller): Promise<void> {
  const { body, answer: place = { id: 'id', records: '' } } = operation.manifest;
  const { args, records: [record] = [] } = callOf(operation, fixture);
  if ((body?.maxBatch ?? 1) < 2 || !record) return;
  const rows = [1, 2].map((number) => setPath({}, parsePath(place.id), `made-up-${number}`));
  const found = place.records === '' ? rows : setPath({}, parsePath(place.records), rows);
  const { client, calls } = openClient(suite.connector, suite.client, () => answer(found), changesOf(fixture));
  // An id of its own would make both the same record.
  const own = withoutId(record, operation.entity.idField);
  const { ids, error } = await sendRecords(client, operation, { records: [own, own], args }, signal);
  const at = operationPlace(operation, 'body');
  if (error) tell.fail(at, `two records of one call fail with ${error.code}: ${error.message}`);
  else if (calls.length !== 1)
    tell.fail(at, `two records are sent in ${calls.length} calls, although maxBatch is ${body?.maxBatch ?? 1}`);
  else if (!holdsTwo(calls[0]))
    tell.fail(at, 'only one of two records is in the body: set "wrap": "array", or leave maxBatch out');
  else if (ids.join() !== 'made-up-1,made-up-2') {
    tell.fail(
      operationPlace(operation, 'answer'),
      `ids of two records are read as ${ids.map((id) => id ?? 'none').join(' and ')}`,
    );
  } else tell.pass();
}

function changesOf({ authentication, parameters }: OperationFixture) {
  return { authentication, parameters: parameters as DataRecord | undefined };
}

function withoutId(record: DataRecord, idField: string | undefined): DataRecord {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== idField));
}

/** Somewhere in the body stands a list of two. */
function holdsTwo(call: SentCall | undefined): boolean {
  const holds = (value: Json | undefined): boolean => {
    if (Array.isArray(value)) return value.length === 2 || (value as readonly Json[]).some(holds);
    return isRecord(value) && Object.values(value).some(holds);
  };
  return holds(call?.request.json);
}

/** A delete names the record in its address and sends no record. */
async function checkDelete(suite: Suite, operation: Operation, tell: Teller): Promise<void> {
  const { client, calls } = openClient(suite.connector, suite.client, () => answer(undefined, 204));
  try {
    const { error } = await sendRecords(client, operation, { records: [{}], args: madeUpArguments(operation) }, signal);
    if (error) throw error;
    if (calls.length === 1 && calls[0]?.request.method === 'DELETE') tell.pass();
    else tell.fail(operationPlace(operation), `a delete makes ${calls.length} calls`);
  } catch (error) {
    if (!(error instanceof IntegrationError || error instanceof StopCheck)) throw error;
    tell.fail(operationPlace(operation), `a delete fails: ${error.message}`);
  }
}
