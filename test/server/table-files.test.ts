import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { remoteApi } from '../../src/cli/api.ts';
import { exportTable, importTable } from '../../src/cli/commands/table-file.ts';
import { readFile } from '../files/rows.ts';
import { withApp } from './with-app.ts';

describe('storages and value maps as files', () => {
  const app = withApp();
  const documents = [
    { kind: 'storage', identifier: 'prices', spec: {} },
    {
      kind: 'value-map',
      identifier: 'countries',
      spec: {
        rows: [
          ['DE', 1],
          [7, 'x'],
        ],
      },
    },
  ];
  const send = (path: string, body: string | Uint8Array, role?: 'viewer') =>
    app.send('POST', `/api/v1/${path}`, body.toString(), { role, headers: { 'content-type': 'text/csv' } });
  const entries = async () => (await app.get('/api/v1/storages/prices/entries')).body['items'];
  const rowsOf = async () => ((await app.get('/api/v1/value-maps/countries')).body['spec'] as { rows: unknown }).rows;

  test('entries come in, all of them or none, and replace what was there', async () => {
    await app.apply(...documents);
    const add = 'storages/prices/import?name=p.csv&key=sku';
    expect(await send(add, 'sku;price\nA;1.5\nB;2')).toMatchObject({ status: 200, body: { rows: 2, mode: 'add' } });
    expect(await entries()).toMatchObject([
      { key: 'A', value: { price: '1.5' } },
      { key: 'B', value: { price: '2' } },
    ]);

    const failed = await send(add, `sku,price\n${'C,3\n'.repeat(1200)},4\nD,5`);
    expect(failed).toMatchObject({
      status: 422,
      body: { code: 'ERR_FILE_KEY_EMPTY', details: { file: 'p.csv', row: 1202, column: 'sku' } },
    });
    expect(await send(add, 'sku,price\nC,3\n"D')).toMatchObject({ status: 422, body: { code: 'ERR_FILE_INVALID' } });
    expect(await send(add, 'id,price\nC,3')).toMatchObject({ status: 422, body: { code: 'ERR_FILE_COLUMN_MISSING' } });
    expect(await entries()).toHaveLength(2);

    expect(await send(`${add}&mode=replace&value=price&cells=json`, 'sku,price\nC,3\nD,"[1,""a""]"')).toMatchObject({
      status: 200,
    });
    expect(await entries()).toMatchObject([
      { key: 'C', value: 3 },
      { key: 'D', value: [1, 'a'] },
    ]);
    expect(await send(add, 'sku,price\nC,3', 'viewer')).toMatchObject({ status: 403 });
  });

  test.each(['csv', 'xlsx', 'ndjson'])('entries go out as %s and come back as they were', async (format) => {
    const all = Array.from({ length: 1200 }, (_, index) => ({
      key: `k${index}`,
      value: { n: index, s: `=${index}`, on: true },
    }));
    await send('storages/prices/import?name=p.ndjson&mode=replace', all.map((each) => JSON.stringify(each)).join('\n'));
    const { url, token } = address();
    const answer = await fetch(`${url}/api/v1/storages/prices/export?format=${format}&formulas=keep`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="prices.${format}"`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect((await readFile(`p.${format}`, bytes)).records).toHaveLength(1200);

    const back = await fetch(`${url}/api/v1/storages/prices/import?name=p.${format}&mode=replace&cells=json`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
      body: bytes,
    });
    expect(await back.json()).toEqual({ rows: 1200, mode: 'replace' });
    expect((await app.get('/api/v1/storages/prices/entries/k7')).body['value']).toEqual(all[7]?.value);
  });

  function address(): { url: string; token: string } {
    const [found] = app.app.addresses();
    const port = typeof found === 'object' ? found.port : 0;
    return { url: `http://127.0.0.1:${port}`, token: 'token-of-the-administrator' };
  }

  test('the command line sends and fetches files', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sluice-tables-'));
    const { url, token } = address();
    const api = remoteApi(url, token);
    try {
      const file = path.join(folder, 'p.csv');
      writeFileSync(file, 'sku,price\nA,1\n');
      const options = { key: 'sku', mode: 'replace' };
      expect(await importTable(api, 'storages', 'prices', file, options)).toEqual([
        '1 rows taken into prices, and the others are gone',
      ]);
      const out = path.join(folder, 'out.ndjson');
      expect(await exportTable(api, 'storages', 'prices', out, {})).toEqual([`prices written to ${out}`]);
      expect(readFileSync(out, 'utf8')).toBe('{"key":"A","value":{"price":"1"}}\n');
      await expect(importTable(api, 'storages', 'none', file, options)).rejects.toMatchObject({
        code: 'ERR_NOT_FOUND',
      });
      await expect(importTable(api, 'storages', 'prices', path.join(folder, 'no.csv'), {})).rejects.toMatchObject({
        code: 'ERR_FILE_UNREADABLE',
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('rows of a value map go out and come in', async () => {
    await app.apply(...documents);
    const csv = await app.get('/api/v1/value-maps/countries/export?separator=%3B');
    expect(csv.text).toBe('from;to\r\nDE;1\r\n7;x\r\n');
    const add = 'value-maps/countries/import?name=c.csv&from=code&to=id&cells=json';
    expect(await send(add, 'code,id\nDE,2\nFR,3')).toMatchObject({ status: 200, body: { rows: 2 } });
    expect(await rowsOf()).toEqual([
      [7, 'x'],
      ['DE', 2],
      ['FR', 3],
    ]);
    expect(await send(add, 'code,id\nDE,2\nFR,"[1]"')).toMatchObject({
      status: 422,
      body: { code: 'ERR_FILE_INVALID', details: { row: 3, column: 'id' } },
    });
    expect(await rowsOf()).toHaveLength(3);
    expect(await send(`${add}&mode=replace`, 'code,id\nDE,2')).toMatchObject({ status: 200 });
    expect(await rowsOf()).toEqual([['DE', 2]]);
  });
});
