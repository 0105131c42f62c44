import path from 'node:path';
import { expect, test } from '@jest/globals';
import { validate, type ValidateCommand } from '../../src/cli/commands/validate.ts';
import type { ConnectorReport } from '../../src/conformance/types.ts';
import { change, type Files, goodFiles, withFolder } from '../conformance/made-up.ts';

async function run(files: Files, command: ValidateCommand = {}): Promise<{ text: string; isOk: boolean }> {
  const { lines, isOk } = await withFolder(files, (folder) => validate(folder, command));
  return { text: lines.join('\n'), isOk };
}

function broken(): Files {
  return change(goodFiles(), 'entities/sites.json', ['operations', 'list', 'title'], 'lists sites');
}

test('prints a line for each check, and that all is well', async () => {
  const { text, isOk } = await run(goodFiles());
  expect(isOk).toBe(true);
  expect(text).toMatch(/✓ {2}paging +\d+ +0 +0 +\d+ +\d+ ms +A source that misbehaves/);
  expect(text).toContain('connector made-up is valid: 2 entities, 7 operations');
});

test('prints each failure with its file, its place and what to do', async () => {
  const { text, isOk } = await run(broken());
  expect(isOk).toBe(false);
  expect(text).toContain('made-up: failed\n  titles: sites.list, entities/sites.json: operations.list.title');
  expect(text).toContain('"lists sites" must begin with a capital letter');
  expect(text).toContain('connector made-up is not valid: 1 failure');
});

test('prints the whole report as JSON', async () => {
  const { text } = await run(broken(), { json: true });
  const { ok, connectors } = JSON.parse(text) as { ok: boolean; connectors: ConnectorReport[] };
  expect(ok).toBe(false);
  expect(connectors[0]?.checks.find(({ name }) => name === 'titles')).toMatchObject({
    failed: 1,
    findings: [{ level: 'failure', subject: 'sites.list', file: 'entities/sites.json' }],
  });
});

test('prints a table of many connectors, and checks an operation in those that have it', async () => {
  const lines = await withFolder(goodFiles(), async (folder) => (await validate(path.dirname(folder))).lines);
  expect(lines.join('\n')).toContain('made-up');
  expect((await run(broken(), { only: 'devices.list' })).isOk).toBe(true);
  await expect(run(goodFiles(), { only: 'sites.lst' })).rejects.toThrow('did you mean "sites.list"?');
});

test('takes a stable list without a fixture for a failure where it is to be strict', async () => {
  const files = goodFiles();
  delete files['fixtures/devices.list.json'];
  expect((await run(files)).isOk).toBe(true);
  expect((await run(files, { strict: true })).text).toContain('is said to be stable, but has no fixture');
});
