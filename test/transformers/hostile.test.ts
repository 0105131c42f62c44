import { describe, expect, test } from '@jest/globals';
import type { ExampleGround } from '../../src/core/component.ts';
import { TransformError } from '../../src/core/errors.ts';
import { isRecord, type DataRecord } from '../../src/core/record.ts';
import { valueSteps } from '../../src/core/value-steps/index.ts';
import { transformers } from '../../src/transformers/index.ts';
import { compileOn, runCompiled } from '../support/run-example.ts';
import { hostileRecord, hostileValue, notJson, seeded, spoil, type Random } from '../support/hostile.ts';

const RECORDS = 60;

/** Longest time that one record may take, however busy the machine is. */
const MAX_MS = 5_000;

const prototypes = () =>
  [Object.prototype, Array.prototype, String.prototype].map((each) => Reflect.ownKeys(each).length);

/** Runs a step on a record: what comes out is JSON, what fails says what and where, and it ends soon. */
async function attempt(step: ReturnType<typeof compileOn>, record: DataRecord, given?: ExampleGround): Promise<void> {
  const start = performance.now();
  try {
    const { output: records } = await runCompiled(step, record, given);
    expect(notJson(records)).toEqual([]);
    for (const each of records) expect(isRecord(each)).toBe(true);
  } catch (error) {
    if (!(error instanceof TransformError)) throw error;
    expect(error.message).not.toBe('');
    expect(error.details['step']).toMatch(/^transformers\[0\]/);
  }
  expect(performance.now() - start).toBeLessThan(MAX_MS);
}

function records(random: Random, input: DataRecord): DataRecord[] {
  return Array.from({ length: RECORDS }, (_, index) => {
    const spoilt = index % 6 === 0 ? hostileRecord(random) : spoil(random, input);
    return isRecord(spoilt) ? spoilt : { value: spoilt };
  });
}

describe('hostile records', () => {
  const before = prototypes();

  test.each([...transformers.values()])('$type', async ({ type, examples }) => {
    for (const [index, { options, input, given }] of examples.entries()) {
      const random = seeded(index + type.length * 1000);
      const step = compileOn({ ...options, type }, given);
      for (const record of records(random, input)) await attempt(step, record, given);
    }
    expect(prototypes()).toEqual(before);
    expect({}).not.toHaveProperty('polluted');
  });

  test.each([...valueSteps.values()])('a rule with the value step $type', async ({ type, examples }) => {
    for (const [index, { options, input, record = {} }] of examples.entries()) {
      const random = seeded(index + type.length * 1000);
      const rule = { from: 'x', steps: [{ ...options, type }], onMissing: 'omit' };
      const step = compileOn({ type: 'map', fields: { x: rule } });
      for (let round = 0; round < RECORDS; round += 1) {
        const around = isRecord(record) ? record : {};
        const x = round % 2 === 0 ? hostileValue(random) : spoil(random, input);
        await attempt(step, { ...around, x });
      }
    }
    expect(prototypes()).toEqual(before);
  });
});
