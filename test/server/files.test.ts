import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkFileName, fitsPattern } from '../../src/files/inbox/file-name.ts';
import { createSpool } from '../../src/files/inbox/spool.ts';
import { type Reply, withApp } from './with-app.ts';

const FILES = '/api/v1/incomings/stock/files';

describe('files of an incoming', () => {
  const app = withApp();
  const upload = (name: string, content: string, options: { role?: 'viewer'; to?: string } = {}): Promise<Reply> =>
    app.send('POST', `${options.to ?? FILES}?name=${encodeURIComponent(name)}`, content, {
      role: options.role,
      headers: { 'content-type': 'text/csv' },
    });

  test('are uploaded, listed, read once more and removed', async () => {
    await app.apply({ kind: 'incoming', identifier: 'stock', spec: { subscriber: { type: 'file' } } });
    const made = await upload('stock.csv', 'id\n1\n');
    expect(made).toMatchObject({ status: 201, body: { name: 'stock.csv', bytes: 5, state: 'new', source: 'upload' } });
    const id = String(made.body['id']);

    const { body: run } = await app.post('/api/v1/incomings/stock/runs', {});
    for (;;) {
      const { body } = await app.get(`/api/v1/runs/${String(run['id'])}`);
      if (body['status'] !== 'running') break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // Nothing takes its records over without a route, so it waits for one.
    expect((await app.get(FILES)).body).toMatchObject({
      items: [{ id, state: 'new', isKept: true }],
      nextCursor: null,
    });
    expect(await app.send('POST', `${FILES}/${id}/read-again`)).toMatchObject({ status: 200, body: { state: 'new' } });
    expect(await app.send('DELETE', `${FILES}/${id}`)).toMatchObject({ status: 204 });
    expect(await app.send('DELETE', `${FILES}/${id}`)).toMatchObject({ status: 404 });
    expect(await app.send('POST', `${FILES}/${id}/read-again`)).toMatchObject({ status: 404 });
    expect(readdirSync(app.platform.settings.files.folder)).toEqual([]);
  });

  test('need a name that leads nowhere, and the right to start runs', async () => {
    for (const name of ['../../etc/passwd', '..\\x.csv', '/etc/passwd', '..', 'a\n.csv']) {
      expect(await upload(name, 'id\n1\n')).toMatchObject({ status: 422, body: { code: 'ERR_FILE_NAME' } });
    }
    // No address may hold U+0000, whatever it is for.
    expect(await upload('a\u0000.csv', 'id\n1\n')).toMatchObject({
      status: 400,
      body: { code: 'ERR_REQUEST_INVALID' },
    });
    expect(await upload('a.csv', 'id\n1\n', { role: 'viewer' })).toMatchObject({ status: 403 });
    expect((await app.get(FILES)).body['items']).toEqual([]);
  });

  test('are refused where nobody reads them', async () => {
    await app.apply({
      kind: 'incoming',
      identifier: 'hook',
      spec: { subscriber: { type: 'file', source: { kind: 'url', url: 'https://example.com/a.csv' } } },
    });
    expect(await upload('a.csv', 'x', { to: '/api/v1/incomings/hook/files' })).toMatchObject({
      status: 409,
      body: { code: 'ERR_NO_UPLOADS' },
    });
    expect(await upload('a.csv', 'x', { to: '/api/v1/incomings/none/files' })).toMatchObject({ status: 404 });
  });

  test('do not open other routes to anything but JSON', async () => {
    const reply = await app.send('POST', '/api/v1/incomings/stock/runs', 'x', {
      headers: { 'content-type': 'text/csv' },
    });
    expect(reply).toMatchObject({ status: 415 });
  });
});

describe('what is taken over', () => {
  async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
    for (const text of texts) yield await Promise.resolve(Buffer.from(text));
  }

  test('is as large as it may be, and nothing is left of what is larger or breaks off', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sluice-spool-'));
    try {
      const spool = createSpool(folder, 10);
      expect(await spool.write(pieces('12345', '67890'), 'a')).toMatchObject({ bytes: 10 });
      await expect(spool.write(pieces('12345', '678901'), 'a')).rejects.toMatchObject({ code: 'ERR_FILE_TOO_LARGE' });
      const breaking = async function* (): AsyncGenerator<Uint8Array> {
        yield* pieces('123');
        throw new Error('broken off');
      };
      await expect(spool.write(breaking(), 'a')).rejects.toThrow('broken off');
      expect(readdirSync(folder)).toHaveLength(1);
      expect(() => spool.pathOf('../x')).toThrow('is no place of a file');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each([
    ['stock.csv', '*.csv', true],
    ['STOCK.CSV', '*.csv', true],
    ['stock.csv.bak', '*.csv', false],
    ['stock-01.csv', 'stock-??.csv', true],
    ['stock-1.csv', 'stock-??.csv', false],
    ['a', '**', true],
    ['', '*', true],
    ['a*b', 'a*b', true],
    [`${'a'.repeat(250)}b`, `${'*a'.repeat(100)}c`, false],
  ])('a name and a pattern (%#)', (name, pattern, fits) => {
    expect(fitsPattern(name, pattern)).toBe(fits);
  });

  test('a plain name is taken as it is', () => {
    expect(checkFileName('Bestand März (2).xlsx')).toBe('Bestand März (2).xlsx');
  });
});
