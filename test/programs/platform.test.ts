import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { runTests, testChain } from '../../src/server/chain-tests.ts';
import { ENGINES } from '../support/engines.ts';
import { withPlatform } from '../support/with-platform.ts';

const CHAIN = [
  { type: 'javascript', code: 'return record.lines.map((sku) => ({ id: record.id, sku }));' },
  { type: 'jsonata', expression: '$uppercase(sku)', to: 'sku' },
];

/** Processes that this one has started and that are still there; undefined where the system does not tell. */
function programProcesses(): number | undefined {
  try {
    return readdirSync('/proc').filter((name) => {
      if (!/^\d+$/.test(name)) return false;
      const [status, command] = ['status', 'cmdline'].map((file) => readOrNothing(`/proc/${name}/${file}`));
      return status?.includes(`\nPPid:\t${process.pid}\n`) === true && command?.includes('process-main.js') === true;
    }).length;
  } catch {
    return undefined;
  }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const [engine] = ENGINES;

test('programs run in the tester and in saved tests, and their processes end with the platform', async () => {
  if (!engine) throw new Error('There is no engine');
  await withPlatform(engine, async ({ platform, apply }) => {
    const saved = { name: 'lines', input: { id: 7, lines: ['a'] }, expected: [{ id: 7, sku: 'A' }] };
    await apply([{ kind: 'transformer', identifier: 'lines', spec: { transformers: CHAIN, tests: [saved] } }]);
    const { results } = await runTests(platform, ['lines']);
    expect(results).toEqual([expect.objectContaining({ test: 'lines', passed: true })]);

    const tested = await testChain(platform, {
      steps: [
        ...CHAIN,
        { type: 'javascript', code: 'if (record.sku === "B") for (;;); return record;', timeoutMs: 20 },
      ],
      records: [
        { id: 1, lines: ['a'] },
        { id: 2, lines: ['b'] },
      ],
    });
    expect(tested.results).toMatchObject([
      { output: [{ id: 1, sku: 'A' }] },
      { error: { code: 'ERR_SCRIPT_TIME', details: { step: 'steps[2]', type: 'javascript' } } },
    ]);
    expect(programProcesses()).not.toBe(0);
  });
  expect(programProcesses() ?? 0).toBe(0);
});
