import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { DataRecord } from '../../src/core/record.ts';
import { READING_OPTIONS, type ReadingOptions } from '../../src/files/options.ts';
import { readRows } from '../../src/files/read-rows.ts';
import { checkSchema } from '../../src/core/validation.ts';

/** What was read of a file before it ended or broke. */
export interface ReadResult {
  readonly records: readonly DataRecord[];
  readonly rows: readonly number[];
  readonly error: unknown;
}

/** Options as a document gives them. */
export function readingOptions(options: object): ReadingOptions {
  return checkSchema(READING_OPTIONS, options, '').value as ReadingOptions;
}

/** Writes a file, reads it, and removes it. */
export async function readFile(
  name: string,
  content: string | Uint8Array,
  options: object = {},
  { size = 100, from = 0 } = {},
): Promise<ReadResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-file-'));
  const file = path.join(folder, 'file');
  writeFileSync(file, content);
  const records: DataRecord[] = [];
  const rows: number[] = [];
  try {
    for await (const batch of readRows({ path: file, name }, readingOptions(options), { size, from })) {
      for (const { record, row } of batch.rows) {
        records.push(record);
        rows.push(row);
      }
    }
    return { records, rows, error: undefined };
  } catch (error) {
    return { records, rows, error };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';

/** Parts of a workbook as a spreadsheet program writes them; `sheet` is what stands in <sheetData>. */
export interface WorkbookText {
  readonly sheet: string;
  readonly second?: string;
  readonly strings?: string;
  readonly styles?: string;
  readonly is1904?: boolean;
}

/** Bytes of a workbook with the sheets "Data" and "Other". */
export function workbook({ sheet, second = '', strings = '', styles = '', is1904 = false }: WorkbookText): Uint8Array {
  const sheetXml = (rows: string) => strToU8(`<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData></worksheet>`);
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
  return zipSync({
    '_rels/.rels': strToU8(
      `<Relationships xmlns="${PACKAGE}">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    ),
    'xl/workbook.xml': strToU8(
      `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr date1904="${is1904 ? 1 : 0}"/><sheets><sheet name="Data" sheetId="1" r:id="rId1"/><sheet name="Other" sheetId="2" r:id="rId2"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      `<Relationships xmlns="${PACKAGE}">${relation('rId1', 'worksheet', '/xl/worksheets/sheet1.xml')}${relation('rId2', 'worksheet', 'worksheets/sheet2.xml')}${relation('rId3', 'sharedStrings', 'sharedStrings.xml')}${relation('rId4', 'styles', 'styles.xml')}</Relationships>`,
    ),
    'xl/worksheets/sheet1.xml': sheetXml(sheet),
    'xl/worksheets/sheet2.xml': sheetXml(second),
    'xl/sharedStrings.xml': strToU8(`<sst xmlns="${MAIN}">${strings}</sst>`),
    'xl/styles.xml': strToU8(`<styleSheet xmlns="${MAIN}">${styles}</styleSheet>`),
  });
}
