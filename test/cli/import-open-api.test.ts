import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { importConnector, type ImportOptions } from '../../src/cli/commands/import-open-api.ts';
import { loadConnector } from '../../src/connector/load.ts';
import { DEVICES, documentWith } from '../connector/open-api/documents.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-import-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const out = () => path.join(folder, 'acme');

function run(document: unknown, overlay?: unknown, more: Partial<ImportOptions> = {}): string {
  const overlayFile = overlay === undefined ? {} : { overlay: write('overlay.json', overlay) };
  return importConnector(write('api.json', document), { out: out(), dryRun: false, ...overlayFile, ...more }).join(
    '\n',
  );
}

function contents(): Record<string, string> {
  const files = readdirSync(out(), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(files.sort().map((name) => [name, readFileSync(path.join(out(), name), 'utf8')]));
}

function thrown(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  return '';
}

describe('sluice import openapi', () => {
  test('writes a connector that loads, and says what is new and what nobody states', () => {
    const report = run({ ...(DEVICES as object), servers: [{ url: 'https://api.example.com/rest/' }] });
    expect(report).toContain('8 operations of 1 entities: 8 new, 0 changed, 0 gone');
    expect(report).toContain('one page only, nobody states how it is paged (2):\n  devices.list');
    expect(report).toContain('connector.json is new: complete its sign-in');
    const connector = loadConnector(out());
    expect(connector.manifest).toMatchObject({ name: 'acme', baseUrl: '&{config.baseUri}/rest' });
    expect(Object.keys(connector.entities.get('devices')?.operations ?? {})).toHaveLength(8);
  });

  test('writes nothing on a dry run', () => {
    expect(run(DEVICES, {}, { dryRun: true })).toContain('Nothing was written');
    expect(existsSync(out())).toBe(false);
  });

  test('changes nothing the second time, and leaves connector.json alone', () => {
    run(DEVICES);
    const manifest = path.join(out(), 'connector.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"title": "acme"', '"title": "Ours"'));
    const before = contents();
    expect(run(DEVICES)).toContain('0 new, 0 changed, 0 gone');
    expect(contents()).toEqual(before);
  });

  test('says what a newer file adds, changes and no longer has; facts of the overlay stay', () => {
    const overlay = { entities: { devices: { key: ['id'] } } };
    run(DEVICES, overlay);
    const newer = documentWith({ '/api/v2/Devices': { get: {} }, '/api/v2/Sites': { get: {} } });
    const report = run(newer, overlay);
    expect(report).toContain('2 operations of 2 entities: 1 new, 2 changed, 7 gone');
    expect(report).toContain('new (1):\n  sites.list');
    expect(report).toContain('changed (2):\n  devices\n  devices.list');
    expect(report).toContain('gone (7):\n  devices.get');
    expect(loadConnector(out()).entities.get('devices')?.key).toEqual(['id']);
  });

  test('leaves the file of an entity that the document does not have, and says so', () => {
    run(DEVICES);
    expect(run(documentWith({ '/Sites': { get: {} } }))).toContain(
      'not in the document any more, the file stays (1):\n  devices',
    );
    expect(Object.keys(contents())).toContain('entities/devices.json');
  });

  test('writes a copy with nothing but facts, from which the same comes', () => {
    const source = path.join(folder, 'source', 'openapi.json');
    run(DEVICES, {}, { writeSource: source });
    const before = contents();
    const report = importConnector(source, { out: out(), dryRun: false });
    expect(report[0]).toContain('0 new, 0 changed, 0 gone');
    expect(contents()).toEqual(before);
  });

  test('says what was skipped and why', () => {
    expect(run(documentWith({ '/x': { get: {} }, 'no-slash': { get: {} } }))).toContain(
      'skipped (1):\n  no-slash: a path begins with "/"',
    );
  });

  test.each([
    ['{ "openapi": ', undefined, /^ERR_JSON_SYNTAX: .*api\.json/],
    [{ hello: 'world' }, undefined, /^ERR_OPENAPI: /],
    [DEVICES, { entitys: {} }, /^ERR_OVERLAY: .*entitys: unknown key \(did you mean "entities"\?\)/],
    [DEVICES, { entities: { devices: { operations: { gett: {} } } } }, /^ERR_OVERLAY: .*gett.*"get"/],
    [DEVICES, '[', /^ERR_JSON_SYNTAX: .*overlay\.json/],
  ])('%j with the overlay %j is refused', (document, overlay, message) => {
    expect(thrown(() => run(document, overlay))).toMatch(message);
    expect(existsSync(out())).toBe(false);
  });

  test('takes only names that a connector can have', () => {
    expect(thrown(() => run(DEVICES, {}, { name: 'other' }))).toMatch(/^ERR_ARGUMENT: .*"acme"/);
    expect(thrown(() => run(DEVICES, {}, { out: path.join(folder, 'My API') }))).toMatch(/^ERR_ARGUMENT: /);
  });

  test('is a command, and needs no database', () => {
    mkdirSync(path.join(folder, 'data'));
    const args = ['import', 'openapi', write('api.json', DEVICES), '--out', out(), '--dry-run'];
    const env = { PATH: process.env['PATH'] ?? '', SLUICE_DATA: path.join(folder, 'data') };
    const { status, stdout } = spawnSync(process.execPath, ['bin/sluice.js', ...args], { env, encoding: 'utf8' });
    expect({ status, first: stdout.split('\n')[0] }).toEqual({
      status: 0,
      first: '8 operations of 1 entities: 8 new, 0 changed, 0 gone',
    });
    expect(readdirSync(path.join(folder, 'data'))).toEqual([]);
  });
});
