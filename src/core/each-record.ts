import type { Transform } from './component.ts';
import type { DataRecord } from './record.ts';
import { NO_VARIABLES, type StepRun } from './step-run.ts';

type Results = readonly (readonly DataRecord[])[];

/**
 * Applies a transform to records one after the other, and hands on what became of each.
 *
 * Answers at once while the transform does, and with a promise from the first asynchronous result on.
 */
export function transformEach<Result>(
  transform: Transform,
  records: readonly DataRecord[],
  run: StepRun,
  combine: (results: Results) => Result,
): Result | Promise<Result> {
  const done: (readonly DataRecord[])[] = [];
  for (const [index, record] of records.entries()) {
    const outcome = transform(record, run);
    if (outcome instanceof Promise)
      return finish(transform, done, outcome, records.slice(index + 1), run).then(combine);
    done.push(outcome);
  }
  return combine(done);
}

async function finish(
  transform: Transform,
  done: Results,
  pending: Promise<readonly DataRecord[]>,
  rest: readonly DataRecord[],
  run: StepRun,
): Promise<Results> {
  const all = [...done, await pending];
  for (const record of rest) all.push(await transform(record, run));
  return all;
}

/** Applies lists of steps one after the other to all records; each begins without variables. Without a promise on the way, none is made. */
export function transformThrough(
  chains: readonly Transform[],
  records: readonly DataRecord[],
  run: StepRun,
): ReturnType<Transform> {
  const [chain, ...rest] = chains;
  if (!chain || records.length === 0) return records;
  const made = transformAll(chain, records, run);
  if (made instanceof Promise) return made.then((results) => transformThrough(rest, results, run));
  return transformThrough(rest, made, run);
}

/** Applies one list of steps to all records; it begins without variables for each. */
export function transformAll(chain: Transform, records: readonly DataRecord[], run: StepRun): ReturnType<Transform> {
  const afresh: Transform = (record) => {
    run.variables = NO_VARIABLES;
    return chain(record, run);
  };
  const [only] = records;
  if (only && records.length === 1) return afresh(only, run);
  return transformEach(afresh, records, run, (results) => results.flat());
}
