import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type SandboxHalo, startSandboxHalo } from '../../sandbox/halo/server.ts';
import { clientOf, countKeys, ticketsToAssets } from '../support/documents.ts';
import { ENGINES, type EngineEnvironment } from '../support/engines.ts';
import { SLUICE, type SluiceProcess, startSluice } from '../support/processes.ts';

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

let environment: EngineEnvironment;
let source: SandboxHalo;
let target: SandboxHalo;
let folder: string;

beforeAll(async () => {
  environment = (await ENGINES[0]?.create()) as EngineEnvironment;
  source = await startSandboxHalo({ seed: { tickets: 120 }, rateLimit: false });
  target = await startSandboxHalo({ seed: {}, rateLimit: false });
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-documents-'));
});

afterAll(async () => {
  await Promise.all([source.close(), target.close()]);
  await environment.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the real command. SLUICE_TOKEN is left out: the command finds its way by the data folder. */
function sluice(...args: string[]): Promise<Result> {
  const child = spawn(process.execPath, [...SLUICE, ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...environment.variables,
      SLUICE_TOKEN: '',
      HALO_SECRET: source.clientSecret,
    },
  });
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

function write(name: string, document: unknown): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document));
  return file;
}

describe('the command line without a server', () => {
  test('names file and place of bad JSON, and validates without network', async () => {
    const bad = await sluice('apply', write('syntax/route.json', '{ "kind": "route", '));
    expect(bad).toMatchObject({ code: 1, out: '' });
    expect(bad.err).toMatch(/ERR_JSON_SYNTAX: .*route\.json is not valid JSON/);

    expect((await sluice('validate', 'connector')).out).toContain('connector haloitsm is valid');
    const broken = write('broken.json', { kind: 'route', identifier: 'r', spec: { incoming: 'a', outgoing: 'b' } });
    expect((await sluice('validate', broken)).err).toContain('there is no incoming "a"');
  });

  test('opens the database itself: applies and runs to the end', async () => {
    const documents = ticketsToAssets(source, target, { client: { parameters: { clientSecret: '${HALO_SECRET}' } } });
    expect((await sluice('apply', write('good.json', documents))).out).toContain('5 changed');
    const run = await sluice('run', 'tickets', '--wait', '--json');
    expect(run.code).toBe(0);
    expect(JSON.parse(run.out)).toMatchObject({
      run: { status: 'succeeded', announced: 120, received: 120, new: 120 },
      tasks: { finished: 120, failed: 0 },
    });
    expect(countKeys(target)).toEqual({ total: 120, distinct: 120 });
  });
});

describe('the command line beside a running server', () => {
  let server: SluiceProcess;

  beforeAll(async () => {
    server = await startSluice({ ...environment.variables, HALO_SECRET: source.clientSecret });
  });

  afterAll(async () => {
    await server.kill();
  });

  test('refuses what is wrong, names file and path, and changes nothing', async () => {
    write('bad/1-client.json', clientOf('another', source));
    const incoming = { type: 'connector', client: 'another', entity: 'tickts' };
    write('bad/2-incoming.json', { kind: 'incoming', identifier: 'more', spec: { subscriber: incoming, schedul: {} } });
    const keys = await sluice('apply', path.join(folder, 'bad'));
    expect(keys.code).toBe(1);
    expect(keys.err).toMatch(/2-incoming\.json.*spec\.schedul: unknown key \(did you mean "schedule"\?\)/);

    write('bad/2-incoming.json', { kind: 'incoming', identifier: 'more', spec: { subscriber: incoming } });
    const entity = await sluice('apply', path.join(folder, 'bad'));
    expect(entity.err).toContain('haloitsm has no entity "tickts" (did you mean "tickets"?)');
    expect((await sluice('check', 'another')).err).toContain('another');
  });

  test('plans, applies nothing twice, exports without secrets', async () => {
    const plan = await sluice('apply', write('plan.json', clientOf('planned', source)), '--dry-run');
    expect(plan.out).toContain('1 would change; nothing was written');
    expect((await sluice('apply', path.join(folder, 'good.json'))).out).toContain('0 changed');

    const out = path.join(folder, 'export');
    expect((await sluice('export', out)).code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['client', 'incoming', 'outgoing', 'route']);
    expect(readFileSync(path.join(out, 'client/halo-b.json'), 'utf8')).not.toContain(target.clientSecret);
    expect(readFileSync(path.join(out, 'client/halo.json'), 'utf8')).toContain('${HALO_SECRET}');
    expect((await sluice('apply', out)).out).toContain('0 changed');
  });

  test('runs, checks and calls', async () => {
    const run = await sluice('run', 'tickets', '--wait', '--json');
    expect(JSON.parse(run.out)).toMatchObject({ run: { status: 'succeeded' } });
    const check = await sluice('check', 'halo');
    expect(check).toMatchObject({ code: 0 });
    expect(check.out).toMatch(/✓ first-read/);
    const call = await sluice('call', 'halo', 'tickets.list', '--query', 'search=20005');
    expect(JSON.parse(call.out)).toMatchObject({ tickets: [{ id: 20005 }] });
    expect((await sluice('call', 'halo', 'tickets.get')).err).toContain('needs the path parameter "id"');
    expect((await sluice('call', 'halo', 'tickets')).err).toContain('<entity>.<operation>');
  });

  test('a failing run ends with exit code 1 and says why', async () => {
    const documents = ticketsToAssets(source, target, {
      prefix: 'wrong-',
      client: { parameters: { clientSecret: 'nope' } },
    });
    await sluice('apply', write('wrong.json', documents));
    const run = await sluice('run', 'wrong-tickets', '--wait');
    expect(run.code).toBe(1);
    expect(run.out).toContain('ERR_CLIENT_REFUSED');
    const check = await sluice('check', 'wrong-halo');
    expect(check.code).toBe(1);
    expect(check.out).toMatch(/✗ token/);
    expect((await sluice('run', 'nothing')).err).toContain('nothing');
  });

  test('tells a second server who holds the folder, and stops in order', async () => {
    const second = await sluice('start');
    expect(second.code).toBe(1);
    expect(second.err).toContain('ERR_FOLDER_LOCKED');
    expect(second.err).toContain(String(server.pid));
    expect(await server.stop()).toBe(0);
  });
});
