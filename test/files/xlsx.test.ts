import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import type { DataRecord } from '../../src/core/record.ts';
import { writeRows, type WritingOptions } from '../../src/files/write-rows.ts';
import { openWorkbook } from '../../src/files/xlsx/open-workbook.ts';
import { readSharedStrings } from '../../src/files/xlsx/shared-strings.ts';
import { readFile, workbook } from './rows.ts';

const HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="s"><v>0</v></c></row>';

async function written(records: readonly DataRecord[], options: Partial<WritingOptions> = {}): Promise<Buffer> {
  async function* batches(): AsyncGenerator<readonly DataRecord[]> {
    for (const record of records) yield await Promise.resolve([record]);
  }
  const chunks: Uint8Array[] = [];
  const all = { format: 'xlsx' as const, columns: ['id', 'name'], separator: ',', guardFormulas: true, ...options };
  for await (const chunk of writeRows(batches(), all)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('XLSX files', () => {
  test('give numbers, booleans, texts, dates and formulas as what they are', async () => {
    const styles =
      '<numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/><numFmt numFmtId="165" formatCode="[Red]0.00&quot; days&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>';
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const header = names.map((name) => `<c t="inlineStr"><is><t>${name}</t></is></c>`).join('');
    const sheet = `<row>${header}</row><row><c><v>12.300000000000001</v></c><c t="b"><v>1</v></c><c t="s"><v>0</v></c><c s="1"><v>45413</v></c><c s="2"><v>45413.75</v></c><c s="3"><v>2</v></c><c t="str"><f>1+1</f><v>two</v></c><c><f>HYPERLINK("x")</f></c></row>`;
    const strings = '<si><r><t>Pen</t></r><r><t xml:space="preserve"> blue_x000A_</t></r><rPh><t>no</t></rPh></si>';
    const { records, error } = await readFile('a.xlsx', workbook({ sheet, strings, styles }));
    expect(error).toBeUndefined();
    expect(records).toEqual([
      { a: 12.3, b: true, c: 'Pen blue\n', d: '2024-05-01', e: '2024-05-01T18:00:00', f: 2, g: 'two', h: null },
    ]);
  });

  test('count days from 1904 where the workbook does', async () => {
    const styles = '<cellXfs><xf numFmtId="14"/></cellXfs>';
    const sheet = '<row><c t="str"><v>d</v></c></row><row><c><v>43951</v></c></row>';
    expect((await readFile('a.xlsx', workbook({ sheet, styles, is1904: true }))).records).toEqual([
      { d: '2024-05-01' },
    ]);
  });

  test('are read by the name of a sheet', async () => {
    const bytes = workbook({
      sheet: '',
      second: '<row><c t="str"><v>n</v></c></row><row r="5"><c r="A5"><v>1</v></c></row>',
    });
    expect(await readFile('a.xlsx', bytes, { sheet: 'Other' })).toMatchObject({ records: [{ n: 1 }], rows: [5] });
    expect(((await readFile('a.xlsx', bytes, { sheet: 'None' })).error as Error).message).toContain(
      'has no sheet "None"; it has "Data", "Other"',
    );
  });

  test('leave cells out without moving the others', async () => {
    const sheet = `${HEADER}<row r="2"><c r="B2"><v>7</v></c></row><row r="3"/><row r="4"><c r="A4"><v>1</v></c></row>`;
    const { records, rows } = await readFile('a.xlsx', workbook({ sheet, strings: '<si><t>name</t></si>' }));
    expect(records).toEqual([
      { id: null, name: 7 },
      { id: 1, name: null },
    ]);
    expect(rows).toEqual([2, 4]);
  });

  test('come back as they were written, and hold no formula', async () => {
    const records = [
      { id: 1, name: '=1+1' },
      { id: 2.5, name: 'a\u0000_x0041_ <&>\r\n' },
      { id: true, name: 'ünï 😀' },
    ];
    const bytes = await written(records);
    expect(bytes.toString('latin1')).not.toContain('<f>');
    expect((await readFile('a.xlsx', bytes)).records).toEqual(records);
  });

  test.each([
    ['a file cut in two', (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2)],
    ['something else', () => Buffer.from('id,name\n1,2')],
    ['nothing', () => new Uint8Array()],
  ])('%s is told apart', async (_what, spoil) => {
    const { error } = await readFile('a.xlsx', spoil(workbook({ sheet: HEADER })));
    expect(error).toMatchObject({ code: 'ERR_FILE_INVALID' });
    expect((error as Error).message).toContain('is no readable XLSX file');
  });

  test('that say a row is far to the right are refused', async () => {
    const sheet = `${HEADER}<row r="2"><c r="ZZZZ2"><v>7</v></c></row>`;
    const { error } = await readFile('a.xlsx', workbook({ sheet, strings: '<si><t>name</t></si>' }));
    expect((error as Error).message).toContain('more than 16384 columns');
  });

  test('that are bombs are refused before they are unpacked', async () => {
    const bomb = zipSync({ 'xl/workbook.xml': new Uint8Array(64 * 1024 ** 2) }, { level: 9 });
    expect(((await readFile('a.xlsx', bomb)).error as Error).message).toContain('is a zip bomb');
  });

  test('that lie about their size are refused', async () => {
    const bytes = workbook({ sheet: `${HEADER}<row><c><v>1</v></c></row>`.repeat(1), strings: '<si><t>name</t></si>' });
    // The size of every entry in the central directory, made one byte.
    const lying = Buffer.from(bytes);
    for (
      let at = lying.indexOf('PK\u0001\u0002', 0, 'latin1');
      at >= 0;
      at = lying.indexOf('PK\u0001\u0002', at + 1, 'latin1')
    ) {
      lying.writeUInt32LE(1, at + 24);
    }
    expect((await readFile('a.xlsx', lying)).error).toMatchObject({ code: 'ERR_FILE_INVALID' });
  });

  test('keep shared texts beyond memory in a file', async () => {
    const texts = Array.from({ length: 5000 }, (_, index) => `text ${index} ë`);
    const folder = mkdtempSync(path.join(tmpdir(), 'sluice-file-'));
    const file = path.join(folder, 'a.xlsx');
    writeFileSync(
      file,
      zipSync({ s: strToU8(`<sst>${texts.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`) }),
    );
    const opened = await openWorkbook(file);
    const strings = await readSharedStrings(opened, 's', 1000);
    expect(texts.map((_, index) => strings.get(index))).toEqual(texts);
    expect(strings.get(4000)).toBe(texts[4000]);
    expect(() => strings.get(5000)).toThrow('names a shared text 5000');
    strings.close();
    opened.close();
    rmSync(folder, { recursive: true });
  });
});

describe('CSV that is written', () => {
  test('comes back, with what looks like a formula guarded', async () => {
    const bytes = await written(
      [
        { id: '=cmd()', name: 'a "b"' },
        { id: '+49 30 1', name: '-5' },
      ],
      { format: 'csv' },
    );
    expect(bytes.toString()).toBe('\uFEFFid,name\r\n\'=cmd(),"a ""b"""\r\n+49 30 1,-5\r\n');
    const plain = await written([{ id: '=cmd()', other: 1 }], { format: 'csv', guardFormulas: false });
    expect((await readFile('a.csv', plain)).records).toEqual([{ id: '=cmd()', name: '' }]);
  });

  test('NDJSON holds everything', async () => {
    const bytes = await written([{ id: 1, deep: { a: [null] } }], { format: 'ndjson' });
    expect((await readFile('a.ndjson', bytes)).records).toEqual([{ id: 1, deep: { a: [null] } }]);
  });
});
