import type { CallArguments, Operation } from '../../connector/request.ts';
import { SourceError } from '../../core/errors.ts';
import { type DataRecord, plainText } from '../../core/record.ts';
import { answer, type FakeClient, openClient, StopCheck } from '../fake-client.ts';
import { callOf } from '../fixture-call.ts';
import { madeUpArguments } from '../made-up-arguments.ts';
import { bareConnector, recordedForm } from '../paging/bare-operation.ts';
import { type PagingCase, pagingCases } from '../paging/cases.ts';
import { createSource, rowsOf } from '../paging/made-up-source.ts';
import { innermost, knownPaginator, type KnownPaginator, rowsOfPage, speakerOf } from '../paging/speaker-of.ts';
import { rowNumber } from '../paging/write-rows.ts';
import { type Reading, readToEnd } from '../read-to-end.ts';
import type { Check, Level, Suite, Teller } from '../types.ts';
import { nameOf, operationPlace } from './place.ts';

const signal = new AbortController().signal;

export default {
  name: 'paging',
  title: 'A source that misbehaves loses no row in silence and is never read for ever',
  async run(suite, tell) {
    const found = new Map<string, Found>();
    for (const operation of suite.operations) {
      const { paginator } = operation.manifest;
      if (paginator === undefined) continue;
      for (const verdict of await judgeAll(suite, operation)) {
        if (verdict.level === 'passed') tell.pass();
        else remember(found, operation, verdict);
      }
    }
    for (const each of found.values()) tellFound(each, tell);
  },
} satisfies Check;

interface Verdict {
  readonly level: Level | 'passed';
  readonly message: string;
}

/** The same finding of several operations is told once. */
interface Found extends Verdict {
  readonly operations: Operation[];
}

function remember(found: Map<string, Found>, operation: Operation, verdict: Verdict): void {
  const { paginator } = operation.manifest;
  const id = JSON.stringify([verdict, paginator]);
  const known = found.get(id) ?? { ...verdict, operations: [] };
  known.operations.push(operation);
  found.set(id, known);
}

function tellFound({ level, message, operations }: Found, tell: Teller): void {
  const [first, ...others] = operations;
  if (!first) return;
  const more =
    others.length === 0 ? '' : ` (and ${others.slice(0, 20).map(nameOf).join(', ')}${others.length > 20 ? ', …' : ''})`;
  const place = operationPlace(first, 'paginator');
  const count = operations.length;
  if (level === 'failure') tell.fail(place, message + more, count);
  else if (level === 'unknown') tell.unknown(place, message + more, count);
  else tell.warn(place, message + more, count);
}

async function judgeAll(suite: Suite, operation: Operation): Promise<Verdict[]> {
  const paginator = knownPaginator(operation.manifest.paginator, suite.connector.manifest);
  const reading = openReading(suite, operation, paginator);
  const verdicts: Verdict[] = [];
  for (const source of pagingCases(caseOptions(operation, paginator))) verdicts.push(await judgeOne(reading, source));
  return verdicts;
}

function caseOptions({ manifest }: Operation, paginator: KnownPaginator): Parameters<typeof pagingCases>[0] {
  const { type, options } = innermost(paginator);
  const isOne = manifest.shape?.type === 'one';
  const size = rowsOfPage(paginator);
  return {
    size: isOne ? 1 : size,
    hidesRows: type === 'page-number' || (type === 'offset' && options['advanceBy'] === 'size'),
    isSingle: type === 'single' || isOne,
    maxRows: isOne ? 1 : 3 * size,
    hasCount: [manifest.total, manifest.totalHeader, options['totalPagesAt'], options['totalHeader']].some(
      (each) => each !== undefined,
    ),
    hasCursor: ['cursor', 'next-url', 'link-header', 'delta-link'].includes(type) || options['cursorAt'] !== undefined,
  };
}

/** Calls of a reading that are no sign of an endless one: slices of time may be many. */
const MAX_CALLS = 200;
const MAX_SLICES = 2000;

/** One operation, ready to be read again and again. */
interface Bench {
  readonly operation: Operation;
  readonly paginator: KnownPaginator;
  readonly form: DataRecord;
  readonly args: CallArguments;
  readonly fake: FakeClient;
}

function openReading(suite: Suite, operation: Operation, paginator: KnownPaginator): Bench {
  const fixtures = suite.fixturesOf(operation);
  const bare = bareConnector(suite.connector, operation, paginator);
  const made = madeUpArguments(operation);
  const [fixture] = fixtures;
  const { path, query, ...given } = fixture ? callOf(operation, fixture).args : {};
  return {
    operation: bare.operation,
    paginator,
    form: recordedForm(operation, fixtures, suite.connector.manifest.errors),
    args: { ...given, path: { ...made.path, ...path }, query: { ...made.query, ...query } },
    fake: openClient(bare.connector, suite.client, () => answer(undefined)),
  };
}

async function judgeOne({ operation, paginator, form, args, fake }: Bench, source: PagingCase): Promise<Verdict> {
  const speaker = speakerOf(paginator);
  if (!speaker) return { level: 'warning', message: `the paginator "${paginator.type}" is not known to this check` };
  const { respond, served } = createSource(operation, speaker, source, form);
  fake.answerWith(respond, paginator.within ? MAX_CALLS + MAX_SLICES : MAX_CALLS);
  try {
    const own = fake.client.operation(operation.entity.name, operation.name);
    const reading = await readToEnd(fake.client, own, args, {}, signal, (row) => plainText(rowNumber(row)));
    return judge(source, reading, served.saysMore);
  } catch (error) {
    if (!(error instanceof StopCheck)) throw error;
    return { level: 'failure', message: `${source.name}: ${error.message}; name under "stop" what ends the reading` };
  }
}

function judge(source: PagingCase, { rows, error }: Reading, saysMore: boolean): Verdict {
  const expected = rowsOf(source);
  const received = new Set(rows.map(rowNumber)).size;
  const what = `${source.name}: ${received} of ${expected} rows are read`;
  if (error && (source.isGood || !(error instanceof SourceError))) {
    return { level: 'failure', message: `${what}, then ${error.code}: ${error.message}` };
  }
  if (error || received === expected) return { level: 'passed', message: what };
  if (source.isGood) return { level: 'failure', message: `${what}, and no error` };
  if (!saysMore) {
    return { level: 'unknown', message: `${what}, and nothing in the answers tells: cannot be told` };
  }
  const hint = 'although an answer says that more follows; name that sign alone under "stop"';
  // Where the signs contradict each other the source is at fault, and one of them had to be followed.
  return { level: source.count === 'right' ? 'failure' : 'warning', message: `${what} and no error, ${hint}` };
}
