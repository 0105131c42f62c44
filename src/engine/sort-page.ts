import type { Subscriber } from '../connector/subscribing.ts';
import { SourceError } from '../core/errors.ts';
import type { DataRecord } from '../core/record.ts';
import { rowHashes, rowTexts } from '../core/row-texts.ts';
import type { PageCommit } from '../core/run.ts';
import type { Progress } from './reading-progress.ts';
import type { SourceRecord } from './route-page.ts';

/** What is known of a record: the fingerprint of its last version, and the number of the reading that it came in. */
export interface SeenMark {
  readonly hash: string;
  readonly pass: number;
}

/** A page by what is known of its records. */
export interface SortedPage {
  /** New and changed ones. */
  readonly fresh: readonly SourceRecord[];
  /** What counts as seen once the page is durable. */
  readonly seen: PageCommit['seen'];
  readonly unchanged: number;
  /** Those that came before in the same reading. */
  readonly repeated: number;
}

/** Records of a page with their text, fingerprint and key; without a key of its own, a record's fingerprint is it. */
export function toSourceRecords(rows: readonly DataRecord[], subscriber: Pick<Subscriber, 'keyOf'>): SourceRecord[] {
  const texts = rowTexts(rows);
  const hashes = rowHashes(rows);
  return rows.map((record, index) => {
    const text = texts[index] ?? '';
    const hash = hashes[index] ?? '';
    return { record, text, hash, key: subscriber.keyOf(record) ?? hash, isFirst: false };
  });
}

/**
 * Tells new and changed records from those that are known.
 *
 * A record that comes again in the same reading is a repeat; when its content differs it changed while we read, and is
 * taken as well.
 *
 * @throws SourceError ERR_KEY_NOT_UNIQUE.
 */
export function sortPage(
  rows: readonly SourceRecord[],
  known: ReadonlyMap<string, SeenMark>,
  { pass, firstPass }: Progress,
  mode: 'full' | 'incremental',
): SortedPage {
  const onPage = new Map<string, string>();
  const fresh: SourceRecord[] = [];
  let unchanged = 0;
  let repeated = 0;
  for (const row of rows) {
    const twin = onPage.get(row.key);
    if (twin !== undefined && twin !== row.hash) throw keyNotUnique(row.key);
    const before = known.get(row.key);
    const isRepeat = twin !== undefined || before?.pass === pass;
    const isSame = twin !== undefined || before?.hash === row.hash;
    const isHandled = isSame && (mode === 'incremental' || isRepeat || (before?.pass ?? 0) >= firstPass);
    onPage.set(row.key, row.hash);
    if (isRepeat) repeated += 1;
    if (!isHandled) fresh.push({ ...row, isFirst: before === undefined });
    else if (!isRepeat) unchanged += 1;
  }
  return { fresh, seen: [...onPage].map(([key, hash]) => ({ key, hash })), unchanged, repeated };
}

/** The same page with the text of each record: where deletions are looked for, nobody else has the fields of one that is gone. */
export function withBodies(sorted: SortedPage, rows: readonly SourceRecord[]): SortedPage {
  const bodies = new Map(rows.map(({ key, text }) => [key, text]));
  return { ...sorted, seen: sorted.seen.map((mark) => ({ ...mark, body: bodies.get(mark.key) ?? '{}' })) };
}

function keyNotUnique(key: string): SourceError {
  return new SourceError(
    'ERR_KEY_NOT_UNIQUE',
    `Two different records of one page have the key "${key}"; the entity's key in the connector needs another field`,
    { details: { key } },
  );
}
