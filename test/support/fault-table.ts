import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** How one row of the fault matrix went. */
export interface FaultResult {
  readonly row: number;
  readonly fault: string;
  readonly result: 'passed' | 'failed';
  readonly ms: number;
}

const FILE = 'fault-matrix.jsonl';

/** Remembers a result for the table at the end of the tests. */
export function recordFaultResult(result: FaultResult): void {
  const folder = process.env['SLUICE_TEST_FOLDER'];
  if (folder !== undefined) appendFileSync(path.join(folder, FILE), `${JSON.stringify(result)}\n`);
}

/** Prints the table of all rows that ran, by their number. */
export function printFaultTable(folder: string): void {
  const file = path.join(folder, FILE);
  if (!existsSync(file)) return;
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const results = lines.map((line) => JSON.parse(line) as FaultResult).sort((a, b) => a.row - b.row);
  console.log(['', 'Fault matrix', ...results.map(lineOf), ''].join('\n'));
}

function lineOf({ row, fault, result, ms }: FaultResult): string {
  const seconds = `${(ms / 1000).toFixed(1)} s`;
  return `  ${String(row).padStart(2)}  ${result.padEnd(8)}${seconds.padStart(8)}  ${fault}`;
}
