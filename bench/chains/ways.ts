import { compile, TreeInterpreter, type JSONValue } from '@jmespath-community/jmespath';
import jsonata from 'jsonata';
import { compileCast } from '../../src/core/casts.ts';
import { compileChain } from '../../src/core/chain.ts';
import { bareRun } from '../../src/core/step-run.ts';
import type { DataRecord } from '../../src/core/record.ts';
import type { ScriptRunner } from '../../src/core/component.ts';
import { transformers } from '../../src/transformers/index.ts';
import { byHand } from './by-hand.ts';
import { JMESPATH, JSONATA, PROGRAM, STEPS } from './steps.ts';

type Results = readonly DataRecord[];

/** One way to make records of records, over all of them. */
export interface Way {
  readonly name: string;
  /** Records of one round: about as many as take the same time. */
  readonly share: number;
  /** Whether what comes out is compared: JMESPath knows no dates. */
  readonly isExact: boolean;
  readonly run: (records: Results) => Results | Promise<Results>;
}

/** All ways, the one by hand first. */
export function waysOf(scripts: ScriptRunner): readonly Way[] {
  const steps = (list: readonly object[]) => chain(list, scripts);
  return [
    { name: 'by hand', share: 1, isExact: true, run: handWritten((record) => byHand(record)) },
    { name: 'by hand, our dates', share: 1, isExact: true, run: handWritten((record) => byHand(record, ourDate)) },
    { name: 'filter + map', share: 1, isExact: true, run: steps(STEPS) },
    { name: 'JMESPath, bare', share: 0.1, isExact: false, run: bareJmespath() },
    { name: 'JSONata, bare', share: 0.02, isExact: true, run: bareJsonata() },
    {
      name: 'step javascript',
      share: 0.02,
      isExact: true,
      run: together([{ type: 'javascript', code: PROGRAM }], scripts),
    },
    {
      name: 'step javascript, one by one',
      share: 0.01,
      isExact: true,
      run: steps([{ type: 'javascript', code: PROGRAM }]),
    },
    {
      name: 'step jsonata',
      share: 0.02,
      isExact: true,
      run: together([{ type: 'jsonata', expression: JSONATA }], scripts),
    },
    {
      name: 'step jsonata, one by one',
      share: 0.01,
      isExact: true,
      run: steps([{ type: 'jsonata', expression: JSONATA }]),
    },
  ];
}

/** Dates are most of the work by hand, as Date does them: without that, what remains is the cost of steps being data. */
const ourDate = compileCast('date');

function handWritten(make: (record: DataRecord) => DataRecord | undefined): Way['run'] {
  return (records) => {
    const results: DataRecord[] = [];
    for (const record of records) {
      const made = make(record);
      if (made) results.push(made);
    }
    return results;
  };
}

function compiled(list: readonly object[], scripts: ScriptRunner) {
  return compileChain(list, 'steps', { transformers, saved: () => [], variable: () => undefined, scripts });
}

/** One record after the other, as the engine has them: it waits only for steps that make it. */
function chain(list: readonly object[], scripts: ScriptRunner): Way['run'] {
  const transform = compiled(list, scripts);
  const run = bareRun();
  const rest = async (
    records: Results,
    start: number,
    begun: DataRecord[],
    first: Promise<Results>,
  ): Promise<Results> => {
    begun.push(...(await first));
    for (let index = start; index < records.length; index += 1) {
      begun.push(...(await transform(records[index] as DataRecord, run)));
    }
    return begun;
  };
  return (records) => {
    const results: DataRecord[] = [];
    for (let index = 0; index < records.length; index += 1) {
      const made = transform(records[index] as DataRecord, run);
      if (made instanceof Promise) return rest(records, index + 1, results, made);
      for (const each of made) results.push(each);
    }
    return results;
  };
}

/** A hundred records at a time, as many batches at work give them. */
function together(list: readonly object[], scripts: ScriptRunner): Way['run'] {
  const transform = compiled(list, scripts);
  const run = bareRun();
  return async (records) => {
    const results: DataRecord[] = [];
    for (let start = 0; start < records.length; start += 100) {
      const made = await Promise.all(records.slice(start, start + 100).map(async (record) => transform(record, run)));
      results.push(...made.flat());
    }
    return results;
  };
}

function bareJsonata(): Way['run'] {
  const expression = jsonata(JSONATA);
  return async (records) => {
    const results: DataRecord[] = [];
    for (const record of records) {
      const made = (await expression.evaluate(record)) as DataRecord | undefined;
      if (made !== undefined) results.push(made);
    }
    return results;
  };
}

function bareJmespath(): Way['run'] {
  const tree = compile(JMESPATH);
  return (records) => {
    const results: DataRecord[] = [];
    for (const record of records) {
      results.push(...(TreeInterpreter.search(tree, [record] as JSONValue) as DataRecord[]));
    }
    return results;
  };
}
