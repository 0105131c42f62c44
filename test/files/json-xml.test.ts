import { describe, expect, test } from '@jest/globals';
import { TransformError } from '../../src/core/errors.ts';
import { createJsonSink } from '../../src/files/json-rows.ts';
import type { FileRow } from '../../src/files/row-sink.ts';
import { readFile } from './rows.ts';

describe('JSON files', () => {
  const document = {
    note: { items: [9] },
    'a"b': '"]}',
    data: {
      n: -1.5e3,
      items: [
        { id: 1, s: '}"\\' },
        { id: 2, l: [[]] },
      ],
      more: [1],
    },
    last: null,
  };
  const text = JSON.stringify(document, null, 1);

  test.each([1, 2, 3, 7, 64, 1000])('in pieces of %i characters give the records of a list', (length) => {
    const found: FileRow[] = [];
    const sink = createJsonSink('data.items', (row) => found.push(row));
    for (let at = 0; at < text.length; at += length) sink.write(text.slice(at, at + length));
    sink.end();
    expect(found.map(({ record }) => record)).toEqual(document.data.items);
  });

  test('are a list by default', async () => {
    expect((await readFile('a.json', '\uFEFF [ {"a":1} , {"a":2}]\n')).records).toEqual([{ a: 1 }, { a: 2 }]);
    expect((await readFile('a.json', '[]')).records).toEqual([]);
  });

  test.each([
    ['[{"a":1},{"a":2', undefined, 'ends too early', 1],
    ['[{"a":1} {"a":2}]', undefined, 'no valid JSON at row 2', 1],
    ['[{"a":1},{"a":}]', undefined, 'row 2 finds no valid JSON', 1],
    ['[{"a":1},7]', undefined, 'row 2 is a number, not an object', 1],
    ['{"a":[]}', undefined, 'has no list as its whole; set "path"', 0],
    ['{"a":{"b":7}}', 'a.b', 'has no list at "a.b"', 0],
    ['{"a":[]}', 'b', 'has no list at "b"', 0],
    ['[]x', undefined, 'goes on after its end', 0],
    ['', undefined, 'ends too early', 0],
  ])('%s at %s: %s', async (text, path, message, before) => {
    const { error, records } = await readFile('a.json', text, path === undefined ? {} : { path });
    expect((error as Error).message).toContain(message);
    expect(records).toHaveLength(before);
  });

  test('hold no record that never ends', () => {
    const sink = createJsonSink(undefined, () => undefined);
    sink.write('[{"a":"');
    expect(() => {
      for (let index = 0; index < 20; index += 1) sink.write('x'.repeat(1_000_000));
    }).toThrow(TransformError);
  });
});

describe('NDJSON files', () => {
  test('hold a record a line', async () => {
    const { records, rows } = await readFile('a.jsonl', '{"a":1}\n\n{"a":2}\r\n{"a":3}');
    expect(records).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
    expect(rows).toEqual([1, 3, 4]);
  });

  test('say which line is none', async () => {
    const { error, records } = await readFile('a.ndjson', '{"a":1}\n{"a":\n{"a":3}');
    expect(error).toMatchObject({ code: 'ERR_FILE_INVALID', details: { file: 'a.ndjson', row: 2 } });
    expect(records).toEqual([{ a: 1 }]);
  });
});

describe('XML files', () => {
  const text =
    '<?xml version="1.0"?><o:list xmlns:o="urn:o"><o:row id="1"><n>A &amp; B</n></o:row><o:row id="2"><n/><x>1</x><x>2</x></o:row><other/></o:list>';

  test('are what stands below the outermost element', async () => {
    expect((await readFile('a.xml', '<l><r><n>1</n></r><r>text</r></l>')).records).toEqual([
      { n: '1' },
      { '#text': 'text' },
    ]);
  });

  test('are the elements at a path', async () => {
    const options = { path: 'list.row', namespaces: 'remove', lists: ['list.row.n'] };
    expect((await readFile('a.xml', text, options)).records).toEqual([
      { '@id': '1', n: ['A & B'] },
      { '@id': '2', n: [''], x: ['1', '2'] },
    ]);
  });

  test.each([
    ['<l><r>1</r><r>', 'finds no valid XML', 1],
    ['<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><l><r>&b;</r></l>', 'DOCTYPE', 0],
    ['<l><r>1</r><r>&constructor;</r></l>', 'undefined entity', 1],
    [`<l>${'<d>'.repeat(600)}`, 'nested deeper than 500', 0],
  ])('%s: %s', async (content, message, before) => {
    const { error, records } = await readFile('a.xml', content);
    expect((error as Error).message).toContain(message);
    expect(records).toHaveLength(before);
  });

  test('with another element than expected say so', async () => {
    expect(((await readFile('a.xml', '<l/>', { path: 'l.r' })).error as Error).message).toContain(
      'has no element at "l.r"',
    );
  });

  test('pollute no prototype', async () => {
    const { records } = await readFile('a.xml', '<l><r><__proto__><polluted>1</polluted></__proto__></r></l>');
    expect(Object.keys(records[0] ?? {})).toEqual(['__proto__']);
    expect({}).not.toHaveProperty('polluted');
  });
});

test('a file whose name tells nothing asks for its format', async () => {
  expect((await readFile('export', 'id\n1')).error).toMatchObject({ code: 'ERR_FILE_FORMAT' });
  expect((await readFile('export', 'id\n1', { format: 'csv' })).records).toEqual([{ id: '1' }]);
});
