import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { IntegrationContext, ReadRequest, SourcePage } from '../../src/connector/subscribing.ts';
import type { FileInbox } from '../../src/files/inbox/inbox.ts';
import file from '../../src/subscriber/file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-files-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Reads two files of two records each, and tells which of them count as read. */
function startReading(written: ReadRequest['written']) {
  const read: number[] = [];
  const files = [1, 2].map((id) => {
    const place = path.join(folder, `${id}.csv`);
    writeFileSync(place, `id\n${id}1\n${id}2\n`);
    return { id, name: `${id}.csv`, path: place, hash: String(id) };
  });
  const inbox = {
    next: (_incoming: string, after: number) => Promise.resolve(files.find(({ id }) => id > after)),
    finish: ({ id }: { id: number }) => Promise.resolve(void read.push(id)),
  } as unknown as FileInbox;
  const context = { identifier: 'in', files: inbox } as unknown as IntegrationContext;
  const options = {
    source: { kind: 'upload' },
    encoding: 'auto',
    headerRow: 1,
    shortRows: 'fail',
    key: ['id'],
    requires: [],
    withoutKey: 'content',
    mode: 'incremental',
  } as const;
  const subscriber = file.create({ ...options, customFields: true, customColumns: {} } as never, context);
  const beginning = { since: undefined, position: undefined, received: () => 0 };
  return { read, pages: subscriber.read({ ...beginning, written }, new AbortController().signal) };
}

const idsOf = ({ value, done }: IteratorResult<SourcePage, unknown>): unknown =>
  done === true ? 'end' : value.rows.map(({ id }) => id);

test('a file counts as read once its last page is durable, and only then the next one begins', async () => {
  let tell: (isWritten: boolean) => void = () => undefined;
  const asked = new EventEmitter();
  const { read, pages } = startReading(() => {
    asked.emit('asked');
    return new Promise((resolve) => (tell = resolve));
  });
  expect(idsOf(await pages.next())).toEqual(['11', '12']);
  const isAsked = once(asked, 'asked');
  const second = pages.next();
  await isAsked;
  await new Promise(setImmediate);
  await expect(Promise.race([second, Promise.resolve('waiting')])).resolves.toBe('waiting');
  expect(read).toEqual([]);
  tell(true);
  expect(idsOf(await second)).toEqual(['21', '22']);
  expect(read).toEqual([1]);
});

test('a file whose pages cannot be written any more does not count as read, nor is the next one begun', async () => {
  const { read, pages } = startReading(() => Promise.resolve(false));
  expect(idsOf(await pages.next())).toEqual(['11', '12']);
  expect(idsOf(await pages.next())).toBe('end');
  expect(read).toEqual([]);
});

test('files that are only looked at stay unread', async () => {
  const { read, pages } = startReading(undefined);
  expect([idsOf(await pages.next()), idsOf(await pages.next()), idsOf(await pages.next())]).toEqual([
    ['11', '12'],
    ['21', '22'],
    'end',
  ]);
  expect(read).toEqual([]);
});
