import { transformThrough } from '../core/each-record.ts';
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
  return (await session.each(rows, (row, run) => tasksOfRow(row, ends, run))).flat();
}

type Outcome = { readonly records: readonly DataRecord[] } | { readonly error: IntegrationError };

function tasksOfRow(row: SourceRecord, { incoming, routes }: Ends, run: RecordRun): Eventually<NewTask[]> {
  const outcome = attempt(incoming.transform, [row.record], run);
  const forRoutes = (made: Outcome): Eventually<NewTask[]> => {
    if ('error' in made)
      return routes.flatMap((route) => tasksOf(route, row, failedTasks([row], made.error, 'incoming')));
    // Once the incoming's steps have left something, they must not run again for this record.
    const left = run.writes.length > 0 ? made.records.map((record, index) => partOf(row, record, index)) : undefined;
    return tasksOfRoutes({ row, records: made.records, again: left ?? [row] }, routes, [], run);
  };
  return outcome instanceof Promise ? outcome.then(forRoutes) : forRoutes(outcome);
}

/** A source record behind the incoming's steps. */
interface Arrived {
  readonly row: SourceRecord;
  readonly records: readonly DataRecord[];
  /** What a task holds whose route fails, for another try. */
  readonly again: readonly Retryable[];
}

/** @param made Tasks of the routes before. */
function tasksOfRoutes(
  arrived: Arrived,
  routes: readonly Route[],
  made: readonly NewTask[],
  run: RecordRun,
): Eventually<NewTask[]> {
  const tasks = [...made];
  for (const [index, route] of routes.entries()) {
    const routed = attempt(route.transform, arrived.records, run);
    if (routed instanceof Promise) {
      return routed.then((each) =>
        tasksOfRoutes(arrived, routes.slice(index + 1), [...tasks, ...routedTasks(route, arrived, each)], run),
      );
    }
    tasks.push(...routedTasks(route, arrived, routed));
  }
  return tasks;
}

/** Runs steps over what was made of one record; one failure fails the record, and takes back what its steps left. */
function attempt(transform: Transform, records: readonly DataRecord[], run: RecordRun): Eventually<Outcome> {
  const mark = run.mark();
  const refused = (error: unknown): Outcome => {
    run.rollBack(mark);
    if (error instanceof IntegrationError) return { error };
    throw error;
  };
  try {
    const made = transformThrough([transform], records, run);
    return made instanceof Promise ? made.then((each) => ({ records: each }), refused) : { records: made };
  } catch (error) {
    return refused(error);
  }
}

type TaskOfRoute = Omit<NewTask, 'route' | 'isFirst' | 'search'>;

function routedTasks(route: Route, { row, again }: Arrived, outcome: Outcome): NewTask[] {
  if ('error' in outcome) return tasksOf(route, row, failedTasks(again, outcome.error, 'route'));
  const made = keepMark(row.record, outcome.records).map((record, index) => readyTask(row, record, index));
  if (made.length > 0) return tasksOf(route, row, made);
  return tasksOf(route, row, [{ ...heldTask(row), state: 'skipped', error: FILTERED }]);
}

function tasksOf(route: Route, row: SourceRecord, tasks: readonly TaskOfRoute[]): NewTask[] {
  const search = searchValues(row.record, route.searchFields);
  const own = { route: route.id, isFirst: row.isFirst, ...(search.length > 0 && { search }) };
  return tasks.map((task) => ({ ...task, ...own }));
}

function readyTask(row: SourceRecord, record: DataRecord, index: number): TaskOfRoute {
  const payload = record === row.record ? row.text : JSON.stringify(record);
  return { key: partKey(row.key, index), state: 'new', record, payload, stage: 'ready', error: null };
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
function failedTasks(again: readonly Retryable[], error: IntegrationError, where: string): TaskOfRoute[] {
  if (error.retryable) return again.map((each) => ({ ...heldTask(each), state: 'new', error: null }));
  const report = toErrorReport(error);
  const told = JSON.stringify({ ...report, details: { ...report.details, where } });
  return again.map((each) => ({ ...heldTask(each), state: 'failed', error: told }));
}

function heldTask({ key, record, text, stage = 'source' }: Retryable) {
  return { key, record, payload: text, stage };
}

const FILTERED = JSON.stringify({
  code: 'FILTERED',
  class: 'data',
  message: 'Left out by a filter of the incoming or the route',
});
