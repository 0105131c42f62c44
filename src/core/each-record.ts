import type { Transform } from './component.ts';
import type { DataRecord } from './record.ts';

type Results = readonly (readonly DataRecord[])[];

/**
 * Applies a transform to records one after the other, and hands on what became of each.
 *
 * Answers at once while the transform does, and with a promise from the first asynchronous result on.
 */
export function transformEach<Result>(
  transform: Transform,
  records: readonly DataRecord[],
  combine: (results: Results) => Result,
): Result | Promise<Result> {
  const done: (readonly DataRecord[])[] = [];
  for (const [index, record] of records.entries()) {
    const outcome = transform(record);
    if (outcome instanceof Promise) return finish(transform, done, outcome, records.slice(index + 1)).then(combine);
    done.push(outcome);
  }
  return combine(done);
}

async function finish(
  transform: Transform,
  done: Results,
  pending: Promise<readonly DataRecord[]>,
  rest: readonly DataRecord[],
): Promise<Results> {
  const all = [...done, await pending];
  for (const record of rest) all.push(await transform(record));
  return all;
}
