import { afterAll, describe, expect, test } from '@jest/globals';
import type { Transform } from '../../src/core/component.ts';
import { ConfigError, TransformError } from '../../src/core/errors.ts';
import { type DataRecord, isRecord } from '../../src/core/record.ts';
import { StepSession } from '../../src/engine/step-session.ts';
import { givenReads } from '../../src/engine/testing/given-reads.ts';
import {
  FUZZ,
  type FuzzCase,
  fuzzCases,
  prototypeTraces,
  shareOf,
  spoilOptions,
  spoilRecord,
} from '../support/fuzz.ts';
import { notJson, pick, seeded } from '../support/hostile.ts';
import { compileOn } from '../support/run-example.ts';

/** Only what hangs takes so long. */
const MAX_MS = 20_000;

/** Records that one compiled step is given. */
const RECORDS_PER_STEP = 8;

const outcomes = { made: 0, dropped: 0, failed: 0, refused: 0 };
const before = prototypeTraces();

/** The step, or undefined where its options are refused, with places in them. */
function compile(step: DataRecord, { given }: FuzzCase): Transform | undefined {
  try {
    return compileOn(step, given);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { problems } = error.details as { problems: readonly { path: string; message: string }[] };
    for (const { path, message } of problems) {
      expect(path).toMatch(/^transformers\[0\]/);
      expect(message).not.toBe('');
    }
    outcomes.refused += 1;
    return undefined;
  }
}

async function runRecord(transform: Transform, record: DataRecord, { given }: FuzzCase): Promise<void> {
  const session = new StepSession(givenReads(given));
  try {
    const [made = []] = await session.each([{ key: 'k' }], (_, run) => transform(record, run));
    expect(notJson(made)).toEqual([]);
    for (const each of made) expect(isRecord(each)).toBe(true);
    if (made.length > 0) outcomes.made += 1;
    else outcomes.dropped += 1;
  } catch (error) {
    if (!(error instanceof TransformError)) throw error;
    expect(error.message).not.toBe('');
    expect(error.details['step']).toMatch(/^transformers\[0\]/);
    outcomes.failed += 1;
  }
}

/** Says with what it happened: a seed alone would have to be run up to there. */
function shown(step: DataRecord, record: DataRecord | undefined): string {
  const text = (value: unknown): string => {
    try {
      return (JSON.stringify(value) as string | undefined)?.slice(0, 2_000) ?? 'nothing';
    } catch {
      return 'something too deep to be written';
    }
  };
  return `step ${text(step)}\nrecord ${text(record)}`;
}

describe('hostile records and options', () => {
  const cases = [...fuzzCases()];

  test.each(cases)(
    '%s',
    async (type, examples) => {
      const share = shareOf(type, cases.length);
      const random = seeded(FUZZ.seed * 7919 + cases.findIndex(([each]) => each === type));
      for (let done = 0; done < share.records;) {
        const example = pick(random, examples);
        const step = share.spoilsOptions && random() < 0.5 ? spoilOptions(random, example.step) : example.step;
        let record: DataRecord | undefined;
        const start = performance.now();
        try {
          const transform = compile(step, example);
          // A refused step counts as one record.
          for (let count = 0; count < (transform ? RECORDS_PER_STEP : 1); count += 1) {
            record = spoilRecord(random, example.input);
            if (transform) await runRecord(transform, record, example);
            done += 1;
          }
        } catch (error) {
          throw new Error(`${(error as Error).message}\nwith ${shown(step, record)}`, { cause: error });
        }
        expect(performance.now() - start).toBeLessThan(MAX_MS * RECORDS_PER_STEP);
      }
      expect(prototypeTraces()).toEqual(before);
      expect({}).not.toHaveProperty('polluted');
    },
    600_000,
  );

  afterAll(() => {
    if (FUZZ.records > 10_000) process.stdout.write(`${JSON.stringify({ ...FUZZ, ...outcomes })}\n`);
  });
});
