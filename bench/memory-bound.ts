import type { CaseResult } from './cases.ts';

const FACTOR = 1.5;
const ALLOWANCE_MEGABYTES = 64;
/** What a worker may take, however many records there are. */
const MOST_MEGABYTES = 256;

/**
 * Checks that memory does not grow with the number of records: pages stream, so a hundred times the records may take
 * a little more memory and not a hundred times as much. Only with servers: PGlite's database is in the same process.
 *
 * @returns What is wrong, or undefined.
 */
export function checkMemory(results: readonly CaseResult[]): string | undefined {
  const own = results.filter(
    ({ engine, matches, isDurable, batchSize }) => engine === 'postgres' && !matches && isDurable && batchSize > 1,
  );
  const [smallest, ...larger] = own.toSorted((a, b) => a.records - b.records);
  const largest = larger.at(-1);
  if (!smallest || !largest) return undefined;
  const bound = Math.min(MOST_MEGABYTES, smallest.peakMegabytes * FACTOR + ALLOWANCE_MEGABYTES);
  if (largest.peakMegabytes <= bound) return undefined;
  const [peak, most] = [largest.peakMegabytes, bound].map(Math.round);
  return (
    `Memory grows with the number of records: ${largest.records} took ${peak ?? 0} MB, more than ${most ?? 0} MB ` +
    `(${FACTOR} times what ${smallest.records} took, and ${ALLOWANCE_MEGABYTES} MB; ${MOST_MEGABYTES} MB at most)`
  );
}
