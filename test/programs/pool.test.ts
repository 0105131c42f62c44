import { expect, test } from '@jest/globals';
import type { ScriptProgram } from '../../src/core/component.ts';
import type { Json } from '../../src/core/record.ts';
import { createScriptPool } from '../../src/programs/pool.ts';
import { scriptsForTests } from '../support/scripts.ts';

const scripts = scriptsForTests();

function program(source: string, language: ScriptProgram['language'] = 'javascript'): ScriptProgram {
  return { language, source, constants: {}, timeoutMs: 200 };
}

/** What became of runs: results, or codes of errors. */
function settle(runs: readonly Promise<Json>[]): Promise<unknown[]> {
  return Promise.all(runs.map((run) => run.catch((error: unknown) => (error as { code: string }).code)));
}

test('runs that wait in the same process go on when it is killed', async () => {
  const [good, stuck, bad] = [
    program('return record;'),
    program('return (2n ** 1000000n).toString();'),
    program('throw new Error("no");'),
  ];
  const runs = [good, stuck, good, bad, good].map((each, id) => scripts.run(each, { record: { id } }));
  expect(await settle(runs)).toEqual([{ id: 0 }, 'ERR_SCRIPT_TIME', { id: 2 }, 'ERR_SCRIPT_FAILED', { id: 4 }]);
});

test('a process that runs out of its heap takes nothing else with it', async () => {
  const hungry = {
    ...program(
      '($a := [1..9000000]; $b := [1..9000000]; $c := [1..9000000]; $count($a) + $count($b) + $count($c))',
      'jsonata',
    ),
    timeoutMs: 10_000,
  };
  const runs = [hungry, program('{ "id": id }', 'jsonata')].map((each, id) => scripts.run(each, { record: { id } }));
  expect(await settle(runs)).toEqual(['ERR_SCRIPT_MEMORY', { id: 1 }]);
});

test('many runs of many programs come back in their places', async () => {
  const programs = Array.from({ length: 60 }, (_, index) => program(`return { id: record.id, program: ${index} };`));
  const runs = Array.from({ length: 600 }, (_, id) =>
    scripts.run(programs[id % programs.length] as ScriptProgram, { record: { id } }),
  );
  const expected = Array.from({ length: 600 }, (_, id) => ({ id, program: id % programs.length }));
  expect(await Promise.all(runs)).toEqual(expected);
});

test('large records and results pass', async () => {
  const record = { text: 'ä😀\t\n'.repeat(200_000) };
  expect(await scripts.run(program('return record;'), { record })).toEqual(record);
});

test('a record that is too large is refused', async () => {
  const run = scripts.run(program('return record;'), { record: { text: 'x'.repeat(9_000_000) } });
  await expect(run).rejects.toMatchObject({ code: 'ERR_SCRIPT_FAILED' });
});

test('variables reach the program', async () => {
  const input = { record: {}, variables: { tenant: 'acme' } };
  expect(await scripts.run(program('return { t: variables.tenant };'), input)).toEqual({ t: 'acme' });
  expect(await scripts.run(program('{ "t": $variables.tenant }', 'jsonata'), input)).toEqual({ t: 'acme' });
});

test('a program that cannot be compiled fails its records and no others', async () => {
  const runs = [program('syntax error'), program('((', 'jsonata'), program('return record;')].map((each, id) =>
    scripts.run(each, { record: { id } }),
  );
  expect(await settle(runs)).toEqual(['ERR_SCRIPT_FAILED', 'ERR_SCRIPT_FAILED', { id: 2 }]);
});

test('what runs while the pool is closed fails and may be tried again', async () => {
  const pool = createScriptPool({ size: 2 });
  const runs = [program('for (;;);'), program('return record;')].map((each) => pool.run(each, { record: {} }));
  const settled = Promise.all(runs.map((run) => run.then(Boolean, (error: unknown) => error)));
  await pool.close();
  const unavailable = { code: 'ERR_SCRIPT_UNAVAILABLE', retryable: true };
  expect(await settled).toEqual([expect.objectContaining(unavailable), expect.objectContaining(unavailable)]);
  await expect(pool.run(program('return record;'), { record: {} })).rejects.toMatchObject(unavailable);
});
