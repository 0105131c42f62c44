import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  OutgoingRecord,
  Publisher,
  PublisherComponent,
  PublisherContext,
  SendContext,
} from '../../src/connector/publishing/types.ts';
import { type DataRecord, plainText } from '../../src/core/record.ts';
import { checkComponent, checkSchema } from '../../src/core/validation.ts';
import { readRows } from '../../src/files/read-rows.ts';
import { READING_OPTIONS, type ReadingOptions } from '../../src/files/options.ts';
import { publishers } from '../../src/publisher/index.ts';
import { type Engine, ENGINES } from '../support/engines.ts';
import { withPlatform } from '../support/with-platform.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-out-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const signal = new AbortController().signal;
const CSV = { type: 'file', name: 'tickets-&{day}.csv', columns: ['id', 'title'], key: ['id'] };

function publisher(given: object, outputFolders: readonly string[] = [folder]): Publisher {
  const checked = checkComponent(publishers, given, 'publisher', '');
  if (!('component' in checked)) throw new Error(JSON.stringify(checked.problems));
  const { component, options } = checked;
  const context = { variable: () => undefined, outputFolders } as unknown as PublisherContext;
  return (component as PublisherComponent<unknown>).create(options, context);
}

function outgoing(record: DataRecord): OutgoingRecord {
  return { key: plainText(record['id']), record } as OutgoingRecord;
}

async function send(target: Publisher, records: readonly DataRecord[]) {
  const context = { beforeSend: () => Promise.resolve() } as unknown as SendContext;
  return target.send(records.map(outgoing), context, signal);
}

const text = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

describe('the publisher "file"', () => {
  test('writes records as rows of the file that each of them names', async () => {
    const results = await send(publisher(CSV), [
      { id: 1, title: 'Printer', day: '2026-11-30' },
      { id: 2, title: 'Says "no", twice', day: '2026-11-30' },
      { id: 3, title: 'Mail', day: '2026-12-01' },
    ]);
    expect(results).toEqual(['1', '2', '3'].map((targetId) => ({ kind: 'done', targetId })));
    expect(text('tickets-2026-11-30.csv')).toBe('\uFEFFid,title\r\n1,Printer\r\n2,"Says ""no"", twice"\r\n');
    expect(text('tickets-2026-12-01.csv')).toBe('\uFEFFid,title\r\n3,Mail\r\n');
  });

  test.each(['csv', 'xlsx', 'ndjson'])(
    'writes a %s file that has each row once, however often it is sent',
    async (format) => {
      const target = publisher({ ...CSV, name: `all.${format}` });
      await send(target, [
        { id: 1, title: 'one' },
        { id: 2, title: '=1+1' },
        { id: 'ä"', title: null },
      ]);
      await send(target, [
        { id: 2, title: 'two' },
        { id: 4, title: '-5' },
      ]);
      await send(target, [
        { id: 2, title: 'two' },
        { id: 4, title: '-5' },
      ]);
      const file = { name: `all.${format}`, path: path.join(folder, `all.${format}`) };
      const rows: DataRecord[] = [];
      const options = checkSchema(READING_OPTIONS, {}, '').value as ReadingOptions;
      for await (const batch of readRows(file, options, { size: 10 }))
        rows.push(...batch.rows.map(({ record }) => record));
      const [one, two, four] = format === 'csv' ? ['1', '2', '4'] : [1, 2, 4];
      expect(rows).toEqual([
        { id: one, title: 'one' },
        { id: two, title: 'two' },
        { id: 'ä"', title: format === 'csv' ? '' : null },
        { id: four, title: '-5' },
      ]);
    },
  );

  test('a formula is guarded once, also when the file is written again and again', async () => {
    const target = publisher({ ...CSV, name: 'all.csv' });
    await send(target, [{ id: '=a', title: '=1+1' }]);
    await send(target, [{ id: 2, title: 'b' }]);
    await send(target, [{ id: '=a', title: '=1+2' }]);
    expect(text('all.csv')).toBe("\uFEFFid,title\r\n'=a,'=1+2\r\n2,b\r\n");
  });

  test('the row of a record that is gone goes, unless "deleted" says to leave it', async () => {
    const gone = { id: 1, $deleted: true };
    const target = publisher({ ...CSV, name: 'all.csv' });
    await send(target, [
      { id: 1, title: 'a' },
      { id: 2, title: 'b' },
    ]);
    expect(await send(publisher({ ...CSV, name: 'all.csv', deleted: 'skip' }), [gone])).toMatchObject([
      { kind: 'skipped' },
    ]);
    expect(text('all.csv')).toContain('1,a');
    expect(await send(target, [gone])).toMatchObject([{ kind: 'done' }]);
    expect(text('all.csv')).toBe('\uFEFFid,title\r\n2,b\r\n');
  });

  test('what the row is can be made by templates', async () => {
    const target = publisher({
      type: 'file',
      name: 'all.ndjson',
      key: ['nr'],
      record: { nr: '&{id}', who: '?{user.name}' },
    });
    await send(target, [{ id: 7, user: { name: 'Eva' } }, { id: 8 }]);
    expect(text('all.ndjson')).toBe('{"nr":7,"who":"Eva"}\n{"nr":8,"who":null}\n');
  });

  test.each(['../out', 'a/b', 'a\\b', '..', '', 'a\u0000b', '.hidden'])(
    'a record cannot name a file outside of the folder: %j',
    async (day) => {
      const [result, other] = await send(publisher({ ...CSV, name: '&{day}', format: 'csv' }), [
        { id: 1, title: 'a', day },
        { id: 2, title: 'b', day: 'fine.csv' },
      ]);
      expect(result).toMatchObject({ kind: 'failed', error: { code: 'ERR_FILE_NAME' } });
      expect(other).toMatchObject({ kind: 'done' });
      expect(readdirSync(folder)).toEqual(['fine.csv']);
    },
  );

  test('folders that nobody allowed are refused, also behind a link', async () => {
    expect(() => publisher({ ...CSV, folder: '../elsewhere' })).toThrow('SLUICE_OUTPUT_FOLDERS');
    expect(() => publisher({ ...CSV, folder: '/etc' })).toThrow('SLUICE_OUTPUT_FOLDERS');
    const outside = mkdtempSync(path.join(tmpdir(), 'sluice-else-'));
    symlinkSync(outside, path.join(folder, 'link'));
    const results = await send(publisher({ ...CSV, folder: 'link' }), [{ id: 1, title: 'a', day: 'x' }]);
    expect(results).toMatchObject([{ kind: 'failed', error: { code: 'ERR_FOLDER_NOT_ALLOWED' } }]);
    expect(readdirSync(outside)).toEqual([]);
    rmSync(outside, { recursive: true });
  });

  test('a link in the place of the file is not followed', async () => {
    const secret = path.join(folder, 'secret.csv');
    writeFileSync(secret, 'id,title\r\n9,secret\r\n');
    symlinkSync(secret, path.join(folder, 'all.csv'));
    const results = await send(publisher({ ...CSV, name: 'all.csv' }), [{ id: 1, title: 'a' }]);
    expect(results).toMatchObject([{ kind: 'failed', error: { code: 'ERR_FILE_INVALID' } }]);
  });

  test('a file of somebody else is left as it is when it cannot be read', async () => {
    writeFileSync(path.join(folder, 'all.csv'), 'id,title\r\n1,a,b,c\r\n');
    const results = await send(publisher({ ...CSV, name: 'all.csv' }), [{ id: 1, title: 'a' }]);
    expect(results).toMatchObject([{ kind: 'failed', error: { code: 'ERR_FILE_INVALID' } }]);
    expect(text('all.csv')).toBe('id,title\r\n1,a,b,c\r\n');
    expect(readdirSync(folder)).toEqual(['all.csv']);
  });

  test('while another process writes the file, records wait; the lock of a dead one does not hold for ever', async () => {
    const lock = path.join(folder, '.all.csv.lock');
    const target = publisher({ ...CSV, name: 'all.csv' });
    writeFileSync(lock, 'somebody');
    expect(await send(target, [{ id: 1, title: 'a' }])).toMatchObject([
      { kind: 'postponed', error: { code: 'ERR_FILE_BUSY' } },
    ]);
    const before = new Date(Date.now() - 120_000);
    utimesSync(lock, before, before);
    expect(await send(target, [{ id: 1, title: 'a' }])).toMatchObject([{ kind: 'done' }]);
    expect(readdirSync(folder)).toEqual(['all.csv']);
  });

  test('a folder that cannot be made is tried again later', async () => {
    writeFileSync(path.join(folder, 'taken'), '');
    const results = await send(publisher({ ...CSV, folder: 'taken' }), [{ id: 1, title: 'a', day: 'x' }]);
    expect(results).toMatchObject([{ kind: 'failed', error: { code: 'ERR_FILE_WRITE', retryable: true } }]);
  });

  test('a plan tells what would become of each record and writes nothing', async () => {
    const target = publisher({ ...CSV, name: 'all.csv' });
    await send(target, [
      { id: 1, title: 'a' },
      { id: 2, title: '=b' },
    ]);
    const { mtimeMs } = statSync(path.join(folder, 'all.csv'));
    const records = [
      { id: 1, title: 'x' },
      { id: 2, title: '=b' },
      { id: 3, title: 'c' },
      { id: 1, $deleted: true },
      { title: 'd' },
    ];
    const plan = await target.plan(records.map(outgoing), {} as SendContext, new Set(), signal);
    expect(plan.map(({ action }) => action)).toEqual(['update', 'unchanged', 'create', 'delete', 'fail']);
    expect(statSync(path.join(folder, 'all.csv')).mtimeMs).toBe(mtimeMs);
  });

  test.each([
    [{ name: 'a.txt' }, 'format'],
    [{ name: 'a.csv', columns: undefined }, 'columns'],
    [{ key: ['other'] }, 'key'],
  ])('%j is refused', (change, place) => {
    const given = JSON.parse(JSON.stringify({ ...CSV, ...change })) as object;
    expect(() => publisher(given)).toThrow(new RegExp(`^${place}: `));
  });

  test('a report is written by a platform, and only what changed is written again', async () => {
    await withPlatform(
      ENGINES[0] as Engine,
      async (sluice) => {
        const { storages } = sluice.platform.store;
        await sluice.apply([
          { kind: 'storage', identifier: 'source', spec: {} },
          { kind: 'incoming', identifier: 'rows', spec: { subscriber: { type: 'storage', storage: 'source' } } },
          {
            ...{ kind: 'outgoing', identifier: 'report' },
            spec: {
              publisher: {
                ...{ ...CSV, folder: 'night', name: 'report.csv' },
                record: { id: '&{key}', title: '&{value.title}' },
              },
            },
          },
          { kind: 'route', identifier: 'nightly', spec: { incoming: 'rows', outgoing: 'report' } },
        ]);
        for (const key of ['a', 'b', 'c']) await storages.put('source', key, JSON.stringify({ title: key }));
        expect(await sluice.run('rows')).toMatchObject({ status: 'succeeded', tasks: { finished: 3 } });
        await storages.put('source', 'b', JSON.stringify({ title: 'changed' }));
        expect(await sluice.run('rows')).toMatchObject({ fresh: 1, tasks: { finished: 1 } });
        expect(text('night/report.csv').split('\r\n').slice(1, -1).sort()).toEqual(['a,a', 'b,changed', 'c,c']);
      },
      { SLUICE_OUTPUT_FOLDERS: folder },
    );
  });
});
