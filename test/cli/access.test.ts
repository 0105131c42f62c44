import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ENGINES, type EngineEnvironment } from '../support/engines.ts';
import { SLUICE } from '../support/processes.ts';

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const NEXT = 'the next master key for tests, not secret';
let environment: EngineEnvironment;

beforeAll(async () => {
  environment = (await ENGINES[0]?.create()) as EngineEnvironment;
});
afterAll(() => environment.dispose());

function sluice(args: readonly string[], changes: Record<string, string> = {}, input = ''): Promise<Result> {
  const child = spawn(process.execPath, [...SLUICE, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...environment.variables, ...changes },
  });
  child.stdin.end(input);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, out, err });
    });
  });
}

async function examine(changes: Record<string, string> = {}): Promise<{ code: number | null; results: object }> {
  const { code, out } = await sluice(['doctor', '--json'], changes);
  const { findings } = JSON.parse(out) as { findings: { check: string; result: string }[] };
  return { code, results: Object.fromEntries(findings.map(({ check, result }) => [check, result])) };
}

test('makes, lists, disables and enables users, and resets their passwords', async () => {
  const made = await sluice(['user', 'add', 'Ada', '--role', 'administrator']);
  expect(made).toMatchObject({ code: 0 });
  expect(made.out).toMatch(/^The administrator "ada" can sign in\nPassword, shown only this once: \S{20}\n$/);
  const weak = await sluice(['user', 'add', 'bob', '--password-stdin'], {}, 'password1234\n');
  expect(weak).toMatchObject({ code: 1 });
  expect(weak.err).toContain('ERR_REQUEST_INVALID');
  expect(await sluice(['user', 'add', 'bob', '--password-stdin'], {}, 'a good long one\n')).toMatchObject({ code: 0 });
  expect(await sluice(['user', 'disable', 'bob'])).toMatchObject({ code: 0 });
  const list = await sluice(['user', 'list']);
  expect(list.out).toMatch(/ada +administrator +password.*\nbob +viewer +disabled/);
  expect(await sluice(['user', 'reset-password', 'bob'])).toMatchObject({ code: 0 });
  expect((await sluice(['user', 'disable', 'ada'])).err).toContain('ERR_LAST_ADMINISTRATOR');
});

test('changes the master key, and the old one is then refused', async () => {
  const both = { SLUICE_KEY: NEXT, SLUICE_KEY_ACCEPTED: environment.variables['SLUICE_KEY'] ?? '' };
  expect((await examine(both)).results).toMatchObject({ key: 'warning', secrets: 'warning' });
  const done = await sluice(['rotate-keys'], both);
  expect(done).toMatchObject({ code: 0 });
  expect(done.out).toContain('1 rows are sealed with the key');
  expect((await sluice(['rotate-keys'], { SLUICE_KEY: NEXT })).out).toContain('Everything is sealed');
  expect(await examine()).toMatchObject({ code: 1, results: { database: 'failed' } });
});

test('the doctor finds what is wrong and says it by its exit code', async () => {
  const sound = await examine({ SLUICE_KEY: NEXT });
  expect(sound).toEqual({
    code: 0,
    results: {
      ...{ key: 'ok', disk: 'ok', clock: 'ok', database: 'ok', secrets: 'ok', audit: 'ok', users: 'ok' },
      networks: 'ok',
      ...{ redis: 'skipped', exposure: 'ok' },
    },
  });
  const file = path.join(environment.variables['SLUICE_DATA'] ?? '', 'key.txt');
  writeFileSync(file, NEXT);
  chmodSync(file, 0o644);
  const changes = { SLUICE_KEY: '', SLUICE_KEY_FILE: file, SLUICE_ALLOW_PRIVATE_NETWORKS: '0.0.0.0/0' };
  expect(await examine({ ...changes, REDIS_URL: 'redis://127.0.0.1:1' })).toMatchObject({
    code: 1,
    results: { key: 'warning', exposure: 'warning', redis: 'failed' },
  });
  expect(await examine({ PORT: 'many' })).toEqual({ code: 1, results: { settings: 'failed' } });
});
