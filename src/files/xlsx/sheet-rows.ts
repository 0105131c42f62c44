import { TransformError } from '../../core/errors.ts';
import { createXmlReader } from '../../core/xml/xml-events.ts';
import type { Json } from '../../core/record.ts';
import type { Emit, RowSink } from '../row-sink.ts';
import { dateText } from './dates.ts';
import { decodeEscapes, type SharedStrings } from './shared-strings.ts';
import type { WorkbookParts } from './workbook-parts.ts';

/** Columns of a sheet, Excel's own bound. */
const MAX_COLUMNS = 16_384;
/** Longest row, in UTF-16 units. */
const MAX_ROW = 16_777_216;

/** A row of cells and its number, from 1. */
export interface SheetRow {
  readonly row: number;
  readonly cells: readonly Json[];
}

interface Cell {
  readonly column: number;
  readonly type: string;
  readonly style: number;
}

/** Rows of a sheet, from its XML. Cells that hold a formula have the value that was last worked out. */
export function createSheetSink(
  { is1904, dateStyles }: Pick<WorkbookParts, 'is1904' | 'dateStyles'>,
  strings: SharedStrings,
  emit: Emit<SheetRow>,
): RowSink {
  let row = 0;
  let cells: Json[] = [];
  let cell: Cell = { column: 0, type: 'n', style: 0 };
  let text: string[] = [];
  let isText = false;
  let length = 0;

  const open = (name: string, attribute: (name: string) => string | undefined): void => {
    isText = name === 'v' || (name === 't' && cell.type === 'inlineStr');
    if (name === 'row') {
      row = readNumber(attribute('r')) ?? row + 1;
      cells = [];
      length = 0;
    } else if (name === 'c') {
      const column = readColumn(attribute('r')) ?? cells.length;
      if (column >= MAX_COLUMNS) throw new TransformError(`row ${row} has more than ${MAX_COLUMNS} columns`, { row });
      cell = { column, type: attribute('t') ?? 'n', style: readNumber(attribute('s')) ?? 0 };
      text = [];
    }
  };
  const endCell = (): void => {
    if (text.length === 0) return;
    // What a row leaves out comes between as well, so that each cell stands at its column.
    while (cells.length < cell.column) cells.push(null);
    cells[cell.column] = valueOf(cell, text.join(''));
  };
  const valueOf = ({ type, style }: Cell, value: string): Json => {
    if (type === 's') return strings.get(Number(value));
    if (type === 'b') return value === '1' || value === 'true';
    if (type !== 'n') return decodeEscapes(value);
    if (value === '') return null;
    const number = Number(value);
    if (!Number.isFinite(number)) throw new TransformError(`row ${row} holds a number that is none`, { row });
    if (dateStyles[style] === true) return dateText(number, is1904) ?? number;
    // Spreadsheets show fifteen digits; what binary fractions leave behind them is noise.
    return Number.isInteger(number) ? number : Number(number.toPrecision(15));
  };
  const reader = createXmlReader({
    open(name, attributes) {
      open(localName(name), (wanted) => attributes.find(([each]) => each === wanted)?.[1]);
    },
    text(piece) {
      if (!isText) return;
      length += piece.length;
      if (length > MAX_ROW) throw new TransformError(`row ${row} is longer than ${MAX_ROW} characters`, { row });
      text.push(piece);
    },
    close(rawName) {
      const name = localName(rawName);
      isText = false;
      if (name === 'c') endCell();
      else if (name === 'row' && cells.length > 0) emit({ row, cells });
    },
  });
  return {
    write: (piece) => {
      reader.write(piece);
    },
    end: () => {
      reader.end();
    },
  };
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Number of a column, from 0, by the address of a cell such as "AB7". */
function readColumn(address: string | undefined): number | undefined {
  const [, letters] = /^([A-Z]{1,4})\d/.exec(address ?? '') ?? [];
  if (letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}
