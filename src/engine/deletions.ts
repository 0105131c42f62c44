import { SourceError } from '../core/errors.ts';
import type { DataRecord } from '../core/record.ts';
import type { RunStore, SeenRecord } from './deps.ts';
import { markDeleted } from './deletion-mark.ts';
import type { KeySet } from './key-set.ts';
import type { SourceRecord } from './route-page.ts';

/** How an incoming notices what the source has no more. */
export interface DeletionRule {
  /** Most deletions of one run: a number, or a share of all that is known, such as "5%". */
  readonly ceiling: number | string;
  /** So many of one run are believed whatever the ceiling says. */
  readonly few: number;
  /** In how many complete readings in a row a record has to be missing. */
  readonly readings: number;
}

/** Keys that are handled at a time. */
export const DELETIONS_AT_A_TIME = 500;

/**
 * Refuses deletions above the ceiling: a source that answers too little must not empty the target.
 *
 * @throws SourceError ERR_DELETIONS_HELD
 */
export function requireBelowCeiling(
  incoming: string,
  { ceiling, few }: DeletionRule,
  absent: number,
  known: number,
): void {
  if (absent <= few) return;
  const isShare = typeof ceiling === 'string';
  const most = isShare ? Math.ceil((known * Number.parseFloat(ceiling)) / 100) : ceiling;
  // Nothing at all is what a source answers that has lost its data or our permission, whatever its size.
  const isEmptied = isShare && absent === known && Number.parseFloat(ceiling) < 100;
  if (absent <= most && !isEmptied) return;
  throw new SourceError(
    'ERR_DELETIONS_HELD',
    `${absent} of ${known} known records are gone in the source, and at most ${most} may be taken for deleted in one run. None was; all else was taken over. Look at the source: if it is right, raise deletions.ceiling for one run`,
    { details: { incoming, absent, known, ceiling: most } },
  );
}

/** A record that is gone: as it was last seen, and marked. */
export function deletedRecord({ key, body }: SeenRecord): SourceRecord {
  const record = markDeleted(body === null ? { $key: key } : (JSON.parse(body) as DataRecord));
  return { record, text: JSON.stringify(record), hash: '', key, isFirst: false };
}

/** Deletions as a plan sees them. */
export interface PlannedDeletions {
  readonly held: SourceError | undefined;
  readonly pages: AsyncIterable<SourceRecord[]>;
}

/**
 * The reading that a record must have been missing from, and from all since: a source that answers too little once is
 * not believed where two readings are asked for.
 *
 * @param last Number of the reading that has just ended.
 * @returns Undefined where there were too few complete readings.
 */
export async function missingSince(
  incoming: string,
  { readings }: DeletionRule,
  last: number,
  runs: Pick<RunStore, 'completeReading'>,
): Promise<number | undefined> {
  return readings === 1 ? last : runs.completeReading(incoming, readings - 1);
}

/** Finds what is known and not among the keys of a whole reading. */
export async function deletionsPlanned(
  incoming: string,
  rule: DeletionRule,
  keys: KeySet,
  runs: Pick<RunStore, 'countSeen' | 'seenAfter' | 'completeReading'>,
): Promise<PlannedDeletions> {
  const since = (await missingSince(incoming, rule, Infinity, runs)) ?? 0;
  const pages = (): AsyncGenerator<SourceRecord[]> => absentFrom(incoming, keys, since, runs);
  let absent = 0;
  for await (const page of pages()) absent += page.length;
  try {
    if (absent > 0) requireBelowCeiling(incoming, rule, absent, await runs.countSeen(incoming));
    return { held: undefined, pages: pages() };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { held: error, pages: pages() };
  }
}

async function* absentFrom(
  incoming: string,
  keys: KeySet,
  since: number,
  runs: Pick<RunStore, 'seenAfter'>,
): AsyncGenerator<SourceRecord[]> {
  for (let after = ''; ;) {
    const rows = await runs.seenAfter(incoming, after, DELETIONS_AT_A_TIME);
    const last = rows.at(-1);
    if (!last) return;
    const absent = rows.filter(({ key, pass }) => pass < since && !keys.has(key));
    if (absent.length > 0) yield absent.map(deletedRecord);
    after = last.key;
  }
}
