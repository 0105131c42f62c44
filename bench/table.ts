import type { CaseResult } from './cases.ts';

/** The comparison of speed, as text. */
export function speedTable(results: readonly CaseResult[], bare: CaseResult): string {
  const header = ['case', 'records', 'records/s', 'of bare loop', 'CPU s', 'CPU ms/1000', 'peak MB'];
  return table([header, ...results.map((result) => speedRow(result, bare))]);
}

/** The comparison of memory, as text: one line for each engine and size. */
export function memoryTable(results: readonly CaseResult[]): string {
  const header = ['case', 'records', 'records/s', 'peak MB'];
  const row = ({ name, records, recordsPerSecond, peakMegabytes }: CaseResult): string[] => [
    name,
    whole(records),
    whole(recordsPerSecond),
    whole(peakMegabytes),
  ];
  return table([header, ...results.map(row)]);
}

function speedRow(result: CaseResult, bare: CaseResult): string[] {
  const { name, records, recordsPerSecond, cpuSeconds, peakMegabytes } = result;
  return [
    name,
    whole(records),
    whole(recordsPerSecond),
    (recordsPerSecond / bare.recordsPerSecond).toFixed(2),
    cpuSeconds.toFixed(1),
    ((cpuSeconds * 1e6) / records).toFixed(1),
    whole(peakMegabytes),
  ];
}

/** Rows as text, the first one as header. The first column to the left, numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  const [header = [], ...body] = rows.map(line);
  return [header, '-'.repeat(header.length), ...body].join('\n');
}

/** A whole number with separators. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
