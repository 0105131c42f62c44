import { IntegrationError, toErrorReport } from '../core/errors.ts';
import type { DataRecord } from '../core/record.ts';
import type { Transform } from '../core/component.ts';
import type { NewTask } from '../core/task.ts';
import { keepMark } from './deletion-mark.ts';
import { partKey } from './part-key.ts';
import { searchValues } from './search-values.ts';
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

/**
 * Makes the tasks of a page: incoming's transformers once, then each route's.
 *
 * Each record is transformed on its own, so that a bad one does not hold up its page: it becomes a failed task that
 * holds the record as it came. One that is filtered out becomes a skipped task, so that it can be found and explained.
 */
export async function routePage(
  rows: readonly SourceRecord[],
  { incoming, routes }: { readonly incoming: Incoming; readonly routes: readonly Route[] },
): Promise<NewTask[]> {
  const tasks: NewTask[] = [];
  if (routes.length === 0) return tasks;
  for (const row of rows) {
    const outcome = await attempt(incoming.transform, row.record);
    for (const route of routes) {
      const records = 'error' in outcome ? outcome : await attemptAll(route.transform, outcome.records);
      const marked = 'error' in records ? records : { records: keepMark(row.record, records.records) };
      const search = searchValues(row.record, route.searchFields);
      const made = tasksOf(route.id, row, marked, 'error' in outcome ? 'incoming' : 'route');
      tasks.push(...(search.length === 0 ? made : made.map((task) => ({ ...task, search }))));
    }
  }
  return tasks;
}

type Outcome = { readonly records: readonly DataRecord[] } | { readonly error: IntegrationError };

async function attempt(transform: Transform, record: DataRecord): Promise<Outcome> {
  try {
    const records = transform(record);
    return { records: records instanceof Promise ? await records : records };
  } catch (error) {
    if (error instanceof IntegrationError) return { error };
    throw error;
  }
}

/** Runs the steps of a route over what the incoming made of one record; one failure fails the record. */
async function attemptAll(transform: Transform, records: readonly DataRecord[]): Promise<Outcome> {
  const results: DataRecord[] = [];
  for (const record of records) {
    const outcome = await attempt(transform, record);
    if ('error' in outcome) return outcome;
    results.push(...outcome.records);
  }
  return { records: results };
}

function tasksOf(route: string, row: SourceRecord, outcome: Outcome, where: string): NewTask[] {
  if ('error' in outcome) {
    const report = toErrorReport(outcome.error);
    const error = JSON.stringify({ ...report, details: { ...report.details, where } });
    return [
      {
        route,
        key: row.key,
        isFirst: row.isFirst,
        state: 'failed',
        record: row.record,
        payload: row.text,
        stage: 'source',
        error,
      },
    ];
  }
  if (outcome.records.length === 0) {
    return [
      {
        route,
        key: row.key,
        isFirst: row.isFirst,
        state: 'skipped',
        record: row.record,
        payload: row.text,
        stage: 'source',
        error: FILTERED,
      },
    ];
  }
  return outcome.records.map((record, index) => ({
    route,
    key: partKey(row.key, index),
    isFirst: row.isFirst,
    state: 'new',
    record,
    payload: record === row.record ? row.text : JSON.stringify(record),
    stage: 'ready',
    error: null,
  }));
}

const FILTERED = JSON.stringify({
  code: 'FILTERED',
  class: 'data',
  message: 'Left out by a filter of the incoming or the route',
});
