import { TransformError } from './errors.ts';
import { checkTextLength } from './value-kinds.ts';

/**
 * Reads the rows of a CSV text (RFC 4180): fields may stand in double quotes, two of which are one inside.
 *
 * @param separator One character.
 * @throws TransformError where a quote is not closed, or text follows a closing one.
 */
export function parseCsv(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length || row.length > 0) {
    const field = text.charAt(at) === '"' ? readQuoted(text, at, rows.length + 1) : readPlain(text, at, separator);
    row.push(field.value);
    at = field.end;
    if (text.startsWith(separator, at)) {
      at += 1;
      if (at === text.length) row.push('');
      if (at < text.length) continue;
    } else if (text.startsWith('\r\n', at)) at += 2;
    else if (at < text.length) {
      if (!'\r\n'.includes(text.charAt(at)))
        throw new TransformError(`CSV row ${rows.length + 1} has text after a quote`);
      at += 1;
    }
    rows.push(row);
    row = [];
  }
  return rows;
}

function readQuoted(text: string, start: number, row: number): { value: string; end: number } {
  const parts: string[] = [];
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) throw new TransformError(`CSV row ${row} has a quote that is not closed`);
    parts.push(text.slice(from, quote));
    if (text.charAt(quote + 1) !== '"') return { value: parts.join('"'), end: quote + 1 };
    from = quote + 2;
  }
}

function readPlain(text: string, start: number, separator: string): { value: string; end: number } {
  let end = start;
  while (end < text.length && !isEnd(text.charAt(end), separator)) end += 1;
  return { value: text.slice(start, end), end };
}

function isEnd(character: string, separator: string): boolean {
  return character === separator || character === '\n' || character === '\r';
}

/** Writes rows as CSV with CRLF between them; fields that need it stand in quotes. */
export function printCsv(rows: readonly (readonly string[])[], separator: string): string {
  const needsQuotes = (field: string) => field.includes(separator) || /["\r\n]|^\s|\s$/.test(field);
  const lines = rows.map((row) =>
    row.map((field) => (needsQuotes(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(separator),
  );
  checkTextLength(lines.reduce((total, line) => total + line.length + 2, 0));
  return lines.join('\r\n');
}
