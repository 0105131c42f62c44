import { test } from '@jest/globals';
import { recordFaultResult } from '../../support/fault-table.ts';

/** One fault at one moment. */
export interface FaultRow<World> {
  /** Number in the matrix. */
  readonly row: number;
  readonly fault: string;
  /** Runs in the long form only. */
  readonly isLong?: boolean;
  /** Rows of one wave run at the same time: they do not disturb each other, or share one fault. */
  readonly wave?: string;
  readonly run: (world: World) => Promise<void>;
}

/** Whether every variant runs, not just a quick one for each row: SLUICE_TEST_FAULTS=long. */
export const IS_LONG = process.env['SLUICE_TEST_FAULTS'] === 'long';
const LIMIT_MS = IS_LONG ? 900_000 : 600_000;

/** Declares a test for each row, and notes its result for the table. */
export function testRows<World>(world: () => World, rows: readonly FaultRow<World>[]): void {
  const waves = new Map<string, Map<FaultRow<World>, Promise<void>>>();
  const chosen = rows.filter((row) => IS_LONG || !row.isLong);
  for (const row of chosen) {
    test(`row ${row.row}: ${row.fault}`, () => timed(row, () => start(row, chosen, waves, world())), LIMIT_MS);
  }
}

/** The promise of a row; the first of a wave starts them all. */
function start<World>(
  row: FaultRow<World>,
  rows: readonly FaultRow<World>[],
  waves: Map<string, Map<FaultRow<World>, Promise<void>>>,
  world: World,
): Promise<void> {
  if (row.wave === undefined) return row.run(world);
  const wave = waves.get(row.wave) ?? new Map<FaultRow<World>, Promise<void>>();
  if (wave.size === 0) {
    waves.set(row.wave, wave);
    for (const each of rows.filter((other) => other.wave === row.wave)) {
      const running = each.run(world);
      running.catch(() => undefined);
      wave.set(each, running);
    }
  }
  return wave.get(row) ?? row.run(world);
}

async function timed<World>({ row, fault }: FaultRow<World>, run: () => Promise<void>): Promise<void> {
  const startedAt = Date.now();
  try {
    await run();
    recordFaultResult({ row, fault, result: 'passed', ms: Date.now() - startedAt });
  } catch (error) {
    recordFaultResult({ row, fault, result: 'failed', ms: Date.now() - startedAt });
    throw error;
  }
}
