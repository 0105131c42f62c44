import { afterAll } from '@jest/globals';
import { createScriptPool, type ScriptPool } from '../../src/programs/pool.ts';

/** A pool of one process for the tests of a file, closed after them. */
export function scriptsForTests(size = 1): ScriptPool {
  const pool = createScriptPool({ size });
  afterAll(() => pool.close());
  return pool;
}
