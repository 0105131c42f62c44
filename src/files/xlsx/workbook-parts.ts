import { TransformError } from '../../core/errors.ts';
import { createXmlReader } from '../../core/xml/xml-events.ts';
import { isDateFormat } from './dates.ts';
import type { Workbook } from './open-workbook.ts';

/** Parts that are held in memory are no longer than this, in UTF-16 units; sheets and texts are not held. */
const MAX_PART = 33_554_432;

/** Where the sheet is, and what is needed to read its cells. */
export interface WorkbookParts {
  readonly sheet: string;
  readonly strings: string | undefined;
  /** Whether days are counted from 1904. */
  readonly is1904: boolean;
  /** Whether numbers of a style are dates, by the number of the style. */
  readonly dateStyles: readonly boolean[];
}

type Attributes = Readonly<Record<string, string | undefined>>;

/** Finds a sheet by its name, or the first one that is shown. Throws TransformError where there is none. */
export async function readParts(workbook: Workbook, sheet: string | undefined): Promise<WorkbookParts> {
  const root = await relations(workbook, '_rels/.rels', '');
  const main = root.find(({ type }) => type.endsWith('/officeDocument'))?.target ?? 'xl/workbook.xml';
  if (!workbook.has(main))
    throw new TransformError('is no XLSX file: it holds no workbook. Save old .xls files as .xlsx');
  const folder = main.slice(0, main.lastIndexOf('/') + 1);
  const known = await relations(workbook, `${folder}_rels/${main.slice(folder.length)}.rels`, folder);
  const { sheets, is1904 } = await readSheets(workbook, main);
  const chosen = choose(sheets, sheet);
  const target = known.find(({ id }) => id === chosen.relation)?.target;
  if (target === undefined || !workbook.has(target))
    throw new TransformError(`holds no data of the sheet "${chosen.name}"`);
  const part = (kind: string) => known.find(({ type }) => type.endsWith(kind))?.target;
  const styles = part('/styles');
  return {
    sheet: target,
    strings: part('/sharedStrings'),
    is1904,
    dateStyles: styles === undefined ? [] : await readDateStyles(workbook, styles),
  };
}

interface Sheet {
  readonly name: string;
  readonly relation: string;
  readonly isHidden: boolean;
}

function choose(sheets: readonly Sheet[], wanted: string | undefined): Sheet {
  const found = wanted === undefined ? (sheets.find((each) => !each.isHidden) ?? sheets[0]) : named(sheets, wanted);
  if (found) return found;
  const names = sheets.slice(0, 20).map(({ name }) => `"${name}"`);
  throw new TransformError(
    wanted === undefined ? 'holds no sheet' : `has no sheet "${wanted}"; it has ${names.join(', ')}`,
  );
}

function named(sheets: readonly Sheet[], name: string): Sheet | undefined {
  return sheets.find((each) => each.name === name);
}

async function readSheets(workbook: Workbook, main: string): Promise<{ sheets: Sheet[]; is1904: boolean }> {
  const sheets: Sheet[] = [];
  let is1904 = false;
  await eachElement(workbook, main, (element, attributes) => {
    if (element === 'workbookPr') is1904 = ['1', 'true'].includes(attributes['date1904'] ?? '');
    if (element !== 'sheet') return;
    const relation = Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '';
    sheets.push({
      name: attributes['name'] ?? '',
      relation,
      isHidden: (attributes['state'] ?? 'visible') !== 'visible',
    });
  });
  return { sheets, is1904 };
}

interface Relation {
  readonly id: string;
  readonly type: string;
  readonly target: string;
}

async function relations(workbook: Workbook, part: string, folder: string): Promise<Relation[]> {
  const found: Relation[] = [];
  await eachElement(workbook, part, (element, attributes) => {
    if (element !== 'Relationship' || attributes['TargetMode'] === 'External') return;
    const { Id: id = '', Type: type = '', Target: target = '' } = attributes;
    found.push({ id, type, target: target.startsWith('/') ? target.slice(1) : folder + target });
  });
  return found;
}

async function readDateStyles(workbook: Workbook, part: string): Promise<boolean[]> {
  const formats = new Map<string, string>();
  const styles: boolean[] = [];
  let isInCells = false;
  await eachElement(workbook, part, (element, attributes) => {
    const id = attributes['numFmtId'] ?? '0';
    if (element === 'numFmt') formats.set(id, attributes['formatCode'] ?? '');
    if (element === 'cellXfs') isInCells = true;
    if (element === 'cellStyles') isInCells = false;
    if (element === 'xf' && isInCells) styles.push(isDateFormat(Number(id), formats.get(id)));
  });
  return styles;
}

async function eachElement(
  workbook: Workbook,
  part: string,
  use: (name: string, attributes: Attributes) => void,
): Promise<void> {
  if (!workbook.has(part)) return;
  let length = 0;
  const reader = createXmlReader({
    open: (name, attributes) => {
      use(name.slice(name.indexOf(':') + 1), Object.fromEntries(attributes));
    },
    text: () => undefined,
    close: () => undefined,
  });
  for await (const piece of workbook.pieces(part)) {
    length += piece.length;
    if (length > MAX_PART) throw new TransformError(`holds a part "${part}" of more than ${MAX_PART} characters`);
    reader.write(piece);
  }
  reader.end();
}
