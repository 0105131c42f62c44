import type { Transform } from '../core/component.ts';
import type { DataRecord } from '../core/record.ts';
import type { StepRun } from '../core/step-run.ts';
import { onlyOne } from './only-one.ts';
import type { Filter } from './part.ts';
import { fromJson, type Php, toJson } from './php/array.ts';

type Results = (Php | undefined)[];

/**
 * Compiles a chain over values one after the other; what the filter refuses becomes undefined. Without a promise on the
 * way, none is made. Values may be lists and plain values, too: the steps of this folder take them.
 */
export function compileEach(
  chain: Transform,
  holds: Filter,
): (values: readonly Php[], run: StepRun) => Results | Promise<Results> {
  const one = (value: Php, run: StepRun): Php | undefined | Promise<Php | undefined> => {
    const isKept = holds(value, run);
    if (isKept instanceof Promise) return isKept.then((kept) => (kept ? transformed(chain, value, run) : undefined));
    return isKept ? transformed(chain, value, run) : undefined;
  };
  return (values, run) => {
    const done: Results = [];
    for (const [index, value] of values.entries()) {
      const result = one(value, run);
      if (result instanceof Promise) return rest((next) => one(next, run), done, result, values.slice(index + 1));
      done.push(result);
    }
    return done;
  };
}

async function rest(
  one: (value: Php) => Php | undefined | Promise<Php | undefined>,
  done: Results,
  pending: Promise<Php | undefined>,
  values: readonly Php[],
): Promise<Results> {
  const all = [...done, await pending];
  for (const value of values) all.push(await one(value));
  return all;
}

function transformed(chain: Transform, value: Php, run: StepRun): Php | Promise<Php> {
  const made = chain(toJson(value) as DataRecord, run);
  return made instanceof Promise ? made.then((each) => fromJson(onlyOne(each))) : fromJson(onlyOne(made));
}
