import type { Operation } from '../../connector/request.ts';
import { writesRecords } from '../fixture-call.ts';
import { missingParts } from '../compare.ts';
import type { OperationFixture } from '../fixtures.ts';
import type { FixtureRun } from '../run-fixture.ts';
import type { Json } from '../../core/record.ts';

/** One thing that is not as a fixture says: where in its file, and what. */
export interface FixtureProblem {
  readonly path: string;
  readonly message: string;
}

/** Compares what came of a fixture with what it says: calls, error, and the rows that were read. */
export function fixtureProblems(operation: Operation, fixture: OperationFixture, run: FixtureRun): FixtureProblem[] {
  const calls = callProblems(fixture, run);
  // After a call that was not recorded nothing else means anything.
  if (run.deviations.length > 0) return calls;
  return [
    ...errorProblems(fixture, run),
    ...calls,
    ...(writesRecords(operation, fixture) ? [] : rowProblems(fixture, run)),
  ];
}

function callProblems({ isShort }: OperationFixture, { deviations, unused, error }: FixtureRun): FixtureProblem[] {
  const place = (index: number): string => (isShort ? 'request' : `exchanges[${index}].request`);
  const sent = deviations.map(({ index, message }) => ({ path: place(index), message }));
  if (sent.length > 0 || error) return sent;
  return unused.map((index) => ({ path: place(index), message: 'was recorded but is never sent' }));
}

function errorProblems({ error: wanted }: OperationFixture, { error }: FixtureRun): FixtureProblem[] {
  if (wanted?.code === error?.code) return messageProblems(wanted, error);
  if (!error) return [{ path: 'error.code', message: `${wanted?.code ?? ''} is expected, but it succeeds` }];
  const told = `${error.code}: ${error.message}`;
  return wanted
    ? [{ path: 'error.code', message: `${wanted.code} is expected, but it fails with ${told}` }]
    : [{ path: '', message: `it fails with ${told}` }];
}

/** What a message has to tell besides its code. */
export function messageProblems(
  wanted: { readonly message?: string | undefined } | undefined,
  error: Error | undefined,
): FixtureProblem[] {
  if (wanted?.message === undefined || error?.message.includes(wanted.message)) return [];
  return [{ path: 'error.message', message: `"${wanted.message}" is expected in "${error?.message ?? ''}"` }];
}

function rowProblems({ records }: OperationFixture, { rows, error }: FixtureRun): FixtureProblem[] {
  if (!records || error) return [];
  if (records.length !== rows.length) {
    return [{ path: 'records', message: `${records.length} rows are expected, ${rows.length} were read` }];
  }
  return records.flatMap((record, index) => {
    const missing = missingParts(rows[index], record as Json, `records[${index}]`);
    return missing.slice(0, 5).map((message) => ({ path: `records[${index}]`, message }));
  });
}
