import { transformAll } from '../core/each-record.ts';
import { IntegrationError, toErrorReport } from '../core/errors.ts';
import type { DataRecord } from '../core/record.ts';
import type { Transform } from '../core/component.ts';
import type { Eventually } from '../core/step-run.ts';
import type { NewTask } from '../core/task.ts';
import { keepMark } from './deletion-mark.ts';
import { partKey } from './part-key.ts';
import type { RecordRun } from './record-run.ts';
import { searchValues } from './search-values.ts';
import type { StepSession } from './step-session.ts';
import type { Incoming, Route } from './workspace.ts';

/** A record as the source sent it. */
export interface SourceRecord {
  readonly record: DataRecord;
  readonly text: string;
  readonly hash: string;
  readonly key: string;
  /** No version of it was read before. */
  readonly isFirst: boolean;
}

interface Ends {
  readonly incoming: Incoming;
  readonly routes: readonly Route[];
}

/**
 * Makes the tasks of a page: incoming's transformers once, then each route's.
 *
 * Each record is transformed on its own, so that a bad one does not hold up its page: it becomes a failed task that
 * holds the record as it came. One that is filtered out becomes a skipped task, so that it can be found and explained.
 * What steps leave on the platform stays in the session, for whoever makes the tasks durable.
 */
export async function routePage(rows: readonly SourceRecord[], ends: Ends, session: StepSession): Promise<NewTask[]> {
  if (ends.routes.length === 0) return [];
  const tasks: NewTask[] = [];
  for (const made of await session.each(rows, (row, run) => tasksOfRow(row, ends, run))) {
    for (const task of made) tasks.push(task);
  }
  return tasks;
}

type Outcome = { readonly records: readonly DataRecord[] } | { readonly error: IntegrationError };

function tasksOfRow(row: SourceRecord, { incoming, routes }: Ends, run: RecordRun): Eventually<NewTask[]> {
  const outcome = attempt(incoming.transform, [row.record], run);
  if (outcome instanceof Promise) return outcome.then((each) => tasksBehindIncoming(row, each, routes, run));
  return tasksBehindIncoming(row, outcome, routes, run);
}

/** A source record behind the incoming's steps. */
interface Arrived {
  readonly row: SourceRecord;
  readonly records: readonly DataRecord[];
  /** Whether those steps have left something: then they must not run again for this record. */
  readonly hasLeft: boolean;
}

function tasksBehindIncoming(
  row: SourceRecord,
  outcome: Outcome,
  routes: readonly Route[],
  run: RecordRun,
): Eventually<NewTask[]> {
  if ('error' in outcome) return routes.flatMap((route) => failedTasks(route, row, [row], outcome.error, 'incoming'));
  return tasksOfRoutes({ row, records: outcome.records, hasLeft: run.writes.length > 0 }, routes, 0, [], run);
}

/** @param tasks Those of the routes before the one at `start`; the others are added. */
function tasksOfRoutes(
  arrived: Arrived,
  routes: readonly Route[],
  start: number,
  tasks: NewTask[],
  run: RecordRun,
): Eventually<NewTask[]> {
  for (let index = start; index < routes.length; index += 1) {
    const route = routes[index] as Route;
    const routed = attempt(route.transform, arrived.records, run);
    if (routed instanceof Promise) {
      return routed.then((each) => {
        addRouted(route, arrived, each, tasks);
        return tasksOfRoutes(arrived, routes, index + 1, tasks, run);
      });
    }
    addRouted(route, arrived, routed, tasks);
  }
  return tasks;
}

/** Runs steps over what was made of one record; one failure fails the record, and takes back what its steps left. */
function attempt(transform: Transform, records: readonly DataRecord[], run: RecordRun): Eventually<Outcome> {
  const mark = run.mark();
  try {
    const made = transformAll(transform, records, run);
    if (!(made instanceof Promise)) return { records: made };
    return made.then(
      (each) => ({ records: each }),
      (error: unknown) => refused(error, run, mark),
    );
  } catch (error) {
    return refused(error, run, mark);
  }
}

function refused(error: unknown, run: RecordRun, mark: number): Outcome {
  run.rollBack(mark);
  if (error instanceof IntegrationError) return { error };
  throw error;
}

function addRouted(route: Route, { row, records, hasLeft }: Arrived, outcome: Outcome, tasks: NewTask[]): void {
  if ('error' in outcome) {
    const again = hasLeft ? records.map((record, index) => partOf(row, record, index)) : [row];
    tasks.push(...failedTasks(route, row, again, outcome.error, 'route'));
    return;
  }
  const made = keepMark(row.record, outcome.records);
  if (made.length === 0) tasks.push(heldTask(route, row, row, 'skipped', FILTERED));
  for (const [index, record] of made.entries()) tasks.push(readyTask(route, row, record, index));
}

// Every record makes tasks: they are written out whole, since spreading one into another is far slower.

function readyTask(route: Route, row: SourceRecord, record: DataRecord, index: number): NewTask {
  const task: NewTask = {
    route: route.id,
    key: partKey(row.key, index),
    isFirst: row.isFirst,
    state: 'new',
    record,
    payload: record === row.record ? row.text : JSON.stringify(record),
    stage: 'ready',
    error: null,
  };
  return searchable(task, route, row);
}

/** A record with the steps that it has yet to go through. */
interface Retryable {
  readonly key: string;
  readonly record: DataRecord;
  readonly text: string;
  readonly stage?: 'source' | 'route';
}

function partOf(row: SourceRecord, made: DataRecord, index: number): Retryable {
  const [record = made] = keepMark(row.record, [made]);
  return { key: partKey(row.key, index), record, text: JSON.stringify(record), stage: 'route' };
}

/** What may well do the next time is tried again as tasks are, by all the steps that are left. */
function failedTasks(
  route: Route,
  row: SourceRecord,
  again: readonly Retryable[],
  error: IntegrationError,
  where: string,
): NewTask[] {
  if (error.retryable) return again.map((each) => heldTask(route, row, each, 'new', null));
  const report = toErrorReport(error);
  const told = JSON.stringify({ ...report, details: { ...report.details, where } });
  return again.map((each) => heldTask(route, row, each, 'failed', told));
}

function heldTask(
  route: Route,
  row: SourceRecord,
  { key, record, text, stage = 'source' }: Retryable,
  state: NewTask['state'],
  error: string | null,
): NewTask {
  const { isFirst } = row;
  return searchable({ route: route.id, key, isFirst, state, record, payload: text, stage, error }, route, row);
}

function searchable(task: NewTask, route: Route, row: SourceRecord): NewTask {
  if (route.searchFields.length === 0) return task;
  const search = searchValues(row.record, route.searchFields);
  return search.length === 0 ? task : { ...task, search };
}

const FILTERED = JSON.stringify({
  code: 'FILTERED',
  class: 'data',
  message: 'Left out by a filter of the incoming or the route',
});
