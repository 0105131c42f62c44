import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type SandboxHalo, startSandboxHalo } from '../../sandbox/halo/server.ts';
import { clientOf, countKeys, ticketsToAssets } from '../support/documents.ts';
import { ENGINES, type EngineEnvironment } from '../support/engines.ts';
import { startSluice } from '../support/processes.ts';

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
  const child = spawn(process.execPath, ['bin/sluice.js', ...args], {
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
  test('refuses what is wrong, names file and path, and changes nothing', async () => {
    write('bad/1-client.json', clientOf('halo', source));
    write('bad/2-incoming.json', {
      kind: 'incoming',
      identifier: 'tickets',
      spec: { subscriber: { type: 'connector', client: 'halo', entity: 'tickts' }, schedul: { every: '5m' } },
    });
    write('bad/3-route.json', '{ "kind": "route", ');
    const syntax = await sluice('apply', path.join(folder, 'bad'));
    expect(syntax).toMatchObject({ code: 1, out: '' });
    expect(syntax.err).toMatch(/ERR_JSON_SYNTAX: .*3-route\.json is not valid JSON/);

    rmSync(path.join(folder, 'bad/3-route.json'));
    const keys = await sluice('apply', path.join(folder, 'bad'));
    expect(keys.code).toBe(1);
    expect(keys.err).toMatch(/2-incoming\.json.*spec\.schedul: unknown key \(did you mean "schedule"\?\)/);

    write('bad/2-incoming.json', {
      kind: 'incoming',
      identifier: 'tickets',
      spec: { subscriber: { type: 'connector', client: 'halo', entity: 'tickts' } },
    });
    const entity = await sluice('apply', path.join(folder, 'bad'));
    expect(entity.err).toContain('haloitsm has no entity "tickts" (did you mean "tickets"?)');

    const out = path.join(folder, 'empty-export');
    expect((await sluice('export', out)).out).toContain('0 documents');
  });

  test('applies, runs to the end, calls, checks and exports', async () => {
    const documents = ticketsToAssets(source, target, { client: { parameters: { clientSecret: '${HALO_SECRET}' } } });
    const file = write('good.json', documents);

    const plan = await sluice('apply', file, '--dry-run');
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.out).toContain('5 would change; nothing was written');
    expect((await sluice('apply', file)).out).toContain('5 changed');
    expect((await sluice('apply', file)).out).toContain('0 changed');

    const run = await sluice('run', 'tickets', '--wait', '--json');
    expect(run.code).toBe(0);
    expect(JSON.parse(run.out)).toMatchObject({
      run: { status: 'succeeded', announced: 120, received: 120, new: 120 },
      tasks: { finished: 120, failed: 0 },
    });
    expect(countKeys(target)).toEqual({ total: 120, distinct: 120 });

    const check = await sluice('check', 'halo');
    expect(check).toMatchObject({ code: 0 });
    expect(check.out).toMatch(/✓ first-read/);

    const call = await sluice('call', 'halo', 'tickets.list', '--query', 'search=20005');
    expect(JSON.parse(call.out)).toMatchObject({ tickets: [{ id: 20005 }] });
    const missing = await sluice('call', 'halo', 'tickets.get');
    expect(missing.err).toContain('needs the path parameter "id"');

    const out = path.join(folder, 'export');
    expect((await sluice('export', out)).code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['client', 'incoming', 'outgoing', 'route']);
    const exported = readFileSync(path.join(out, 'client/halo-b.json'), 'utf8');
    expect(exported).not.toContain(target.clientSecret);
    expect(readFileSync(path.join(out, 'client/halo.json'), 'utf8')).toContain('${HALO_SECRET}');
    expect((await sluice('apply', out)).out).toContain('0 changed');
  }, 120_000);

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
  }, 120_000);

  test('validates connectors and documents without network', async () => {
    expect((await sluice('validate', 'connector')).out).toContain('connector haloitsm is valid');
    const broken = write('broken.json', { kind: 'route', identifier: 'r', spec: { incoming: 'a', outgoing: 'b' } });
    expect((await sluice('validate', broken)).err).toContain('there is no incoming "a"');
  });
});

describe('the command line beside a running server', () => {
  test('uses it, and a second server is told who holds the folder', async () => {
    const server = await startSluice({ ...environment.variables, HALO_SECRET: source.clientSecret });
    try {
      const run = await sluice('run', 'tickets', '--wait', '--json');
      expect(JSON.parse(run.out)).toMatchObject({ run: { status: 'succeeded' } });
      const second = await sluice('start');
      expect(second.code).toBe(1);
      expect(second.err).toContain('ERR_FOLDER_LOCKED');
      expect(second.err).toContain(String(server.pid));
    } finally {
      expect(await server.stop()).toBe(0);
    }
  }, 120_000);
});
