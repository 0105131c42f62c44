import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import ts from 'typescript';
import { remoteApi } from '../../src/cli/api.ts';
import { writeClientTypes } from '../../src/cli/commands/client-types.ts';
import { haloClient, withApp } from '../server/with-app.ts';

const app = withApp();
const folder = mkdtempSync(path.join(tmpdir(), 'sluice-types-'));
const file = path.join(folder, 'halo.ts');
const TOKEN = 'token-of-the-administrator';

beforeAll(async () => {
  await app.apply(haloClient(app));
  const { port } = app.app.server.address() as { port: number };
  await writeClientTypes(remoteApi(`http://127.0.0.1:${port}`, TOKEN), 'halo', { out: file, entities: 'tickets' });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const RIGHT = `
  const list = await halo.call('get-tickets', { limit: 5, client_id: 12, fields: ['id', 'summary'] });
  const summary: string | null | undefined = list.rows[0]?.summary;
  const count: number | null = list.count;
  const added = await halo.call('tickets.post', { records: [{ summary: 'Printer', CFroom: '12b' }] });
  const id: string | null | undefined = added.results[0]?.id;
  const one = await halo.call('get-ticket-by-id', { id: 7, includedetails: true });
  return [summary, count, id, one.record?.status_id, list.isComplete];`;

const WRONG: readonly (readonly [usage: string, word: string])[] = [
  [`await halo.call('get-ticket', { id: 7 });`, 'get-ticket'],
  [`await halo.call('get-ticket-by-id', {});`, 'id'],
  [`await halo.call('get-ticket-by-id', { id: 'seven' });`, 'number'],
  [`await halo.call('get-tickets', { limmit: 5 });`, 'limmit'],
  [`const { rows } = await halo.call('get-tickets', {}); const n: number = rows; return n;`, 'number'],
];

/** What the compiler says of each of several programs that use the client; one compilation, because that takes time. */
function complaints(usages: readonly string[]): string[] {
  const names = usages.map((usage, index) => {
    const name = path.join(folder, `usage-${index}.ts`);
    const client = `import { createClient } from './halo.ts';\nconst halo = createClient({ token: 't' });`;
    writeFileSync(name, `${client}\nexport async function use() {\n${usage}\n}\n`);
    return name;
  });
  const program = ts.createProgram(names, {
    ...{ strict: true, noEmit: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, allowImportingTsExtensions: true },
    ...{ types: [], lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] },
  });
  return [...names, file].map((name) => {
    const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(name));
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')).join('\n');
  });
}

test('the compiler takes what is right, and finds mistakes before they run', () => {
  const [right, ...rest] = complaints([RIGHT, ...WRONG.map(([usage]) => usage)]);
  const own = rest.pop();
  expect({ right, own }).toEqual({ right: '', own: '' });
  for (const [index, [usage, word]] of WRONG.entries()) {
    expect({ usage, found: rest[index] }).toEqual({ usage, found: expect.stringContaining(word) });
  }
});

test('it calls actions, and throws what the server says is wrong', async () => {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const module = path.join(folder, 'halo.mjs');
  writeFileSync(module, outputText);
  interface Made {
    createClient(options: { token: string }): { call(name: string, input: object): Promise<Record<string, unknown>> };
  }
  const halo = ((await import(pathToFileURL(module).href)) as Made).createClient({ token: TOKEN });
  const { rows } = await halo.call('get-tickets', { limit: 2, fields: ['id'] });
  expect(rows).toHaveLength(2);
  const { results } = (await halo.call('add-or-update-ticket', { records: [{ summary: 'By the client' }] })) as {
    results: [{ id: string }];
  };
  const id = Number(results[0].id);
  expect(await halo.call('get-ticket-by-id', { id })).toMatchObject({ record: { summary: 'By the client' } });
  await halo.call('delete-ticket-by-id', { id });
  await expect(halo.call('get-ticket-by-id', { id })).rejects.toMatchObject({ status: 502, details: { status: 404 } });
  await expect(halo.call('tickets.get', { id: 424242 })).rejects.toMatchObject({ name: 'ActionError', status: 502 });
});
