import { Zip, ZipDeflate } from 'fflate';
import { FileError } from '../../core/errors.ts';
import { type DataRecord, type Json, plainText } from '../../core/record.ts';
import { columnName } from '../header.ts';
import type { RowWriter } from '../write-rows.ts';

/** Longest text of a cell, and most rows of a sheet: Excel's own bounds. */
const MAX_CELL = 32_767;
const MAX_ROWS = 1_048_576;

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The parts around the sheet; they are the same for every workbook. */
const PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
};

/** Writes records as the one sheet of a workbook. Numbers and booleans stay what they are; texts are never formulas. */
export function createXlsxWriter(columns: readonly string[]): RowWriter {
  let chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  const take = (): Uint8Array => {
    const taken = Buffer.concat(chunks);
    chunks = [];
    return taken;
  };
  const sheet = new ZipDeflate('xl/worksheets/sheet1.xml', { level: 6 });
  const push = (text: string, isLast = false): void => {
    sheet.push(Buffer.from(text), isLast);
  };
  let row = 0;
  const print = (cells: readonly (Json | undefined)[]): string => {
    row += 1;
    if (row > MAX_ROWS) {
      throw new FileError('ERR_FILE_TOO_LARGE', `A sheet holds ${MAX_ROWS} rows at most; write CSV or NDJSON`);
    }
    return `<row r="${row}">${cells.map((cell, index) => printCell(cell, index, row)).join('')}</row>`;
  };
  return {
    begin() {
      for (const [name, text] of Object.entries(PARTS)) {
        const part = new ZipDeflate(name, { level: 6 });
        zip.add(part);
        part.push(Buffer.from(HEAD + text), true);
      }
      zip.add(sheet);
      push(`${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${print(columns)}`);
      return take();
    },
    write(records) {
      push(records.map((record) => print(columns.map((name) => fieldOf(record, name)))).join(''));
      return take();
    },
    end() {
      push('</sheetData></worksheet>', true);
      zip.end();
      return take();
    },
  };
}

function fieldOf(record: DataRecord, name: string): Json | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function printCell(value: Json | undefined, column: number, row: number): string {
  if (value === undefined || value === null || value === '') return '';
  const at = `<c r="${columnName(column)}${row}"`;
  if (typeof value === 'number') return `${at}><v>${value}</v></c>`;
  if (typeof value === 'boolean') return `${at} t="b"><v>${value ? 1 : 0}</v></c>`;
  const text = escapeCell(plainText(value).slice(0, MAX_CELL));
  return `${at} t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
}

/** What XML cannot hold is written as "_x0000_", and so is what looks like that already. */
function escapeCell(text: string): string {
  return text
    .replace(/_x[0-9A-Fa-f]{4}_/g, (found) => `_x005F${found}`)

    .replace(/[\u0000-\u0008\u000B\u000C\u000D\u000E-\u001F\uFFFE\uFFFF]|\p{Cs}/gu, numbered)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function numbered(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}
