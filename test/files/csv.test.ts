import { describe, expect, test } from '@jest/globals';
import { createCsvReader, parseCsv } from '../../src/core/csv.ts';
import { readFile } from './rows.ts';

describe('CSV files', () => {
  test.each([
    ['a comma', 'id,name\r\n1,Pen\r\n', [{ id: '1', name: 'Pen' }]],
    ['a semicolon', 'id;name\n1;"Pen; blue"\n', [{ id: '1', name: 'Pen; blue' }]],
    ['a tab', 'id\tname\n1\tPen, blue', [{ id: '1', name: 'Pen, blue' }]],
    ['what Excel says in a line of its own', 'sep=|\r\nid|a,b\r\n1|2', [{ id: '1', 'a,b': '2' }]],
    ['newlines in quotes', 'id,name\n1,"two\nlines ""quoted"""\n', [{ id: '1', name: 'two\nlines "quoted"' }]],
    [
      'carriage returns alone',
      'id,name\r1,Pen\r2,Ink',
      [
        { id: '1', name: 'Pen' },
        { id: '2', name: 'Ink' },
      ],
    ],
    ['blank lines, which are passed over', '\nid\n\n1\n\n', [{ id: '1' }]],
    ['empty columns at the end', 'id,,\n1,,\n', [{ id: '1' }]],
    [
      'names of prototypes',
      '__proto__,constructor\n1,2',
      [
        Object.fromEntries([
          ['__proto__', '1'],
          ['constructor', '2'],
        ]),
      ],
    ],
  ])('reads %s', async (_what, text, records) => {
    const read = await readFile('a.csv', text);
    expect(read.error).toBeUndefined();
    expect(read.records).toEqual(records);
    expect({}).not.toHaveProperty('polluted');
  });

  test.each([
    ['UTF-8 with a mark', Buffer.from('\uFEFFid,name\n1,Zoë')],
    ['UTF-8', Buffer.from('id,name\n1,Zoë')],
    ['windows-1252', Buffer.from('id,name\n1,Zoë', 'latin1')],
    ['UTF-16 with a mark', Buffer.from('\uFEFFid,name\n1,Zoë', 'utf16le')],
    ['UTF-16 without', Buffer.from('id,name\n1,Zoë', 'utf16le')],
    ['UTF-16 the other way round', Buffer.from('\uFEFFid,name\n1,Zoë', 'utf16le').swap16()],
  ])('finds out that a file is %s', async (_what, bytes) => {
    expect((await readFile('a.csv', bytes)).records).toEqual([{ id: '1', name: 'Zoë' }]);
  });

  test('takes names of columns for a file without header, and passes over titles', async () => {
    expect((await readFile('a.csv', '1,Pen', { columns: ['id', 'name'] })).records).toEqual([{ id: '1', name: 'Pen' }]);
    expect((await readFile('a.csv', 'Stock list\n\nid;name\n1;Pen', { headerRow: 3 })).records).toEqual([
      { id: '1', name: 'Pen' },
    ]);
  });

  test.each([
    ['a short row', 'id,name\n1,Pen\n2\n3,Ink', 'row 3 has 1 fields, but the header names 2', 1],
    ['a long row', 'id\n1\n2,x', 'row 3 has a value in column B, which the header does not name', 1],
    ['a name that comes twice', 'id,name,id\n1,2,3', 'has two columns "id", A and C', 0],
    ['a quote that is not closed', 'id\n1\n"2\n3', 'CSV row 3 has a quote that is not closed', 1],
    ['text after a quote', 'id\n1\n"2"x\n3', 'CSV row 3 has text after a quote', 1],
    ['a NUL', 'id\n1\n2\0', 'holds a NUL character', 0],
  ])('says where %s is, and keeps what stands before', async (_what, text, message, before) => {
    const { error, records } = await readFile('a.csv', text);
    expect(error).toMatchObject({ code: 'ERR_FILE_INVALID', details: { file: 'a.csv' } });
    expect((error as Error).message).toContain(`The file "a.csv" cannot be read: `);
    expect((error as Error).message).toContain(message);
    expect(records).toHaveLength(before);
  });

  test('fills short rows where that is wanted', async () => {
    expect((await readFile('a.csv', 'id,name\n1', { shortRows: 'fill' })).records).toEqual([{ id: '1', name: '' }]);
  });

  test('refuses bytes that are no UTF-8 in a file that began as such', async () => {
    const bytes = Buffer.concat([Buffer.from('id\n' + 'ë\n'.repeat(600_000)), Buffer.from([0xff, 0x0a])]);
    const { error, records } = await readFile('a.csv', bytes);
    expect((error as Error).message).toContain('holds bytes that are no utf-8');
    expect(records.length).toBeGreaterThan(500_000);
  });

  test('ends at a header that never ends', async () => {
    const { error } = await readFile('a.csv', `"${'x'.repeat(20_000_000)}`);
    expect((error as Error).message).toContain('CSV row 1 is longer than 16777216 characters');
  });

  test('goes on where it was told to', async () => {
    const text = `id\n${Array.from({ length: 50 }, (_, index) => index).join('\n')}`;
    const { records, rows } = await readFile('a.csv', text, {}, { size: 7, from: 40 });
    expect(records.map(({ id }) => id)).toEqual(['40', '41', '42', '43', '44', '45', '46', '47', '48', '49']);
    expect(rows[0]).toBe(42);
  });
});

describe('a CSV text that comes in pieces', () => {
  const text = 'a,"b\r\n""x""",c\r\n\r\n1,2,\n"",""\r3,"4"';

  test.each(Array.from({ length: text.length }, (_, index) => index + 1))('of %i characters', (length) => {
    const rows: string[][] = [];
    const reader = createCsvReader(',', (fields) => rows.push(fields));
    for (let at = 0; at < text.length; at += length) reader.write(text.slice(at, at + length));
    reader.end();
    expect(rows).toEqual(parseCsv(text, ','));
    expect(rows).toEqual([['a', 'b\r\n"x"', 'c'], [''], ['1', '2', ''], ['', ''], ['3', '4']]);
  });
});
