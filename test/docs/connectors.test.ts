import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bookshop, startBookshop } from '../../sandbox/bookshop/server.ts';
import { type SluiceProcess, startSluice } from '../support/processes.ts';
import { readPages, ROOT } from './pages.ts';

/** One thing that a reader of the tutorial does. */
type Step =
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  | { readonly kind: 'command'; readonly line: string };

const PLACE = 'http://127.0.0.1:8095';
let shop: Bookshop;
let folder: string;
/** Commands find it by the data folder; without it each of them would open the database for itself. */
let server: SluiceProcess | undefined;

beforeAll(async () => {
  shop = await startBookshop();
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-tutorial-'));
});

afterAll(async () => {
  await server?.stop();
  await shop.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Files and commands of the page, in the order in which they stand there. */
function stepsOf(text: string): Step[] {
  const blocks = text.matchAll(/(?:^`([\w./-]+)`\n\n)?^```(jsonc?|sh)\n([^]*?)^```$/gm);
  return [...blocks].flatMap(([, name, language, body = '']): Step[] => {
    if (language !== 'sh') return name === undefined ? [] : [{ kind: 'file', name, text: body }];
    return body
      .trim()
      .split('\n')
      .map((line) => ({ kind: 'command', line }));
  });
}

async function run(line: string): Promise<{ code: number | null; out: string; err: string }> {
  const [command = '', ...rest] = line.replace(/^npx sluice/, `${process.execPath} ${ROOT}bin/sluice.js`).split(' ');
  const json = /^(.*?) --data '(.*)'$/.exec(line);
  const words = json ? [...rest.slice(0, rest.indexOf('--data')), '--data', json[2] ?? ''] : rest;
  const child = spawn(command, words, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', SLUICE_ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8' },
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

/** Connectors are read when Sluice starts, so it starts anew after their files have changed. */
async function serve(): Promise<void> {
  server ??= await startSluice({
    SLUICE_DATA: path.join(folder, 'data'),
    SLUICE_ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8',
  });
}

test('the tutorial works as it is written', async () => {
  const page = readPages().find(({ file }) => file === 'docs/connectors.md');
  const steps = stepsOf(page?.text ?? '');
  const results = new Map<string, { out: string; err: string }>();
  for (const step of steps) {
    if (step.kind === 'file') {
      const file = path.join(folder, step.name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, step.text.replace(PLACE, shop.url));
      await server?.stop();
      server = undefined;
      continue;
    }
    if (/sluice (apply|check|call)/.test(step.line)) await serve();
    const result = await run(step.line);
    expect({ line: step.line, ...result }).toMatchObject({ line: step.line, code: 0 });
    results.set(step.line, result);
  }
  const resultOf = (start: string) =>
    [...results].find(([line]) => line.startsWith(start))?.[1] ?? { out: '', err: '' };

  expect(resultOf('npx sluice check').out).toContain('answered');
  const listed = resultOf('npx sluice call bookshop books.list --pages');
  expect(JSON.parse(listed.out)).toHaveLength(120);
  expect(listed.err).toContain('status 200: accept');
  expect(listed.err).toMatch(/page 3 at .*: 20 rows, 120 of 120 announced so far; ends: /);
  expect(JSON.parse(resultOf('npx sluice call bookshop books.get').out)).toMatchObject({ book: { id: 7 } });
  expect(JSON.parse(resultOf('npx sluice call bookshop books.create').out)).toMatchObject({ book: { id: 121 } });
  const changed = JSON.parse(resultOf('npx sluice call bookshop books.list --since').out) as { stock: object }[];
  expect(changed.length).toBeLessThan(120);
  expect(changed[0]?.stock).toMatchObject({ copies: expect.any(Number) });
});

test('the tutorial shows what a mistake costs', async () => {
  const name = path.join(folder, 'data/connector/bookshop/entities/books.json');
  writeFileSync(name, '{ "name": "books", "title": "Books", "key": ["id"], "operatons": {} }');
  const { code, out } = await run('npx sluice validate data/connector/bookshop');
  expect(code).toBe(1);
  expect(out).toContain('books.json');
  expect(out).toContain('did you mean "operations"');
});
