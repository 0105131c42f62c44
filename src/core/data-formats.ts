import { parseCsv, printCsv } from './csv.ts';
import { TransformError } from './errors.ts';
import { parseJsonText } from './json-text.ts';
import { isRecord, plainText, type DataRecord, type Json } from './record.ts';
import { checkTextLength, kindOf, listOf, objectOf, textOf } from './value-kinds.ts';
import { printXml, type XmlPrinting } from './xml/print-xml.ts';
import { parseXml } from './xml/xml-text.ts';
import type { XmlNames } from './xml/xml-tree.ts';

/** Forms of text that `parse` reads and `print` writes. */
export const DATA_FORMATS = ['json', 'csv', 'xml', 'form'] as const;

type DataFormat = (typeof DATA_FORMATS)[number];

interface CsvOptions {
  /** One character between fields. */
  readonly separator: string;
  /** Whether the first row names the columns. */
  readonly header: boolean;
}

/** Options of CSV that `parse` and `print` share. */
export const CSV_PROPERTIES = {
  separator: {
    type: 'string',
    minLength: 1,
    maxLength: 1,
    default: ',',
    description: 'CSV: what stands between fields.',
  },
  header: {
    type: 'boolean',
    default: true,
    description: 'CSV: whether the first row names the columns. Rows are objects then, else lists.',
  },
} as const;

/** Options of XML that `parse` and `print` share. */
export const XML_PROPERTIES = {
  attributePrefix: {
    type: 'string',
    maxLength: 10,
    default: '@',
    description: 'XML: what names of attributes begin with in the record.',
  },
  textField: {
    type: 'string',
    minLength: 1,
    maxLength: 100,
    default: '#text',
    description: 'XML: field for the text of an element that has attributes or elements too.',
  },
} as const;

/** Reads a text of a form. Throws TransformError where it is none. */
export function parseText(value: Json, format: DataFormat, options: CsvOptions & XmlNames): Json {
  const text = textOf(value);
  switch (format) {
    case 'json':
      return parseJsonText(text);
    case 'csv':
      return parseRows(text, options);
    case 'xml':
      return parseXml(text, options);
    case 'form':
      return parseForm(text);
  }
}

/** Writes a value in a form. Throws TransformError where it does not fit. */
export function printText(value: Json, format: DataFormat, options: CsvOptions & XmlPrinting): string {
  const text = print(value, format, options);
  checkTextLength(text.length);
  return text;
}

function print(value: Json, format: DataFormat, options: CsvOptions & XmlPrinting): string {
  switch (format) {
    case 'json':
      return JSON.stringify(value);
    case 'csv':
      return printRows(value, options);
    case 'xml':
      return printXml(value, options);
    case 'form':
      return printForm(value);
  }
}

function parseRows(text: string, { separator, header }: CsvOptions): Json {
  const rows = parseCsv(text, separator).filter((row) => row.length > 1 || row[0] !== '');
  if (!header) return rows;
  const [names = [], ...others] = rows;
  return others.map((row, index) => {
    if (row.length > names.length) {
      throw new TransformError(`CSV row ${index + 2} has ${row.length} fields, but the header names ${names.length}`);
    }
    return Object.fromEntries(names.map((name, column) => [name, row[column] ?? '']));
  });
}

function printRows(value: Json, { separator, header }: CsvOptions): string {
  const list = listOf(value);
  if (!header)
    return printCsv(
      list.map((row) => listOf(row).map(plainText)),
      separator,
    );
  const objects = list.map(objectOf);
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  const cell = (object: DataRecord, name: string) => (Object.hasOwn(object, name) ? plainText(object[name]) : '');
  const width = names.length * objects.length;
  // Rows that share no column make a table of the square of what they hold.
  checkTextLength(width);
  return printCsv([names, ...objects.map((object) => names.map((name) => cell(object, name)))], separator);
}

/** A name that comes twice, or ends in "[]", becomes a list. */
function parseForm(text: string): Json {
  const fields = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  }
  return Object.fromEntries(
    [...fields].map(([name, values]) =>
      name.endsWith('[]') ? [name.slice(0, -2), values] : [name, values.length > 1 ? values : (values[0] ?? '')],
    ),
  );
}

function printForm(value: Json): string {
  const form = new URLSearchParams();
  for (const [name, field] of Object.entries(objectOf(value))) {
    if (isRecord(field)) throw new TransformError(`cannot write ${kindOf(field)} as form field "${name}"`);
    const values: readonly Json[] = Array.isArray(field) ? listOf(field) : [field];
    for (const each of values) form.append(name, plainText(each));
  }
  return form.toString();
}
