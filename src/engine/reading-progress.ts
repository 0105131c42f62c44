import type { SourcePage, Subscriber } from '../connector/subscribing.ts';
import { SourceError } from '../core/errors.ts';
import type { Json } from '../core/record.ts';
import type { Run } from './deps.ts';

/** Where a run stands; saved with each page, so that another worker can go on. */
export interface Progress {
  /** Number of the first reading of this run and of the one that is going on. */
  readonly firstPass: number;
  readonly pass: number;
  readonly passes: number;
  /** Start of the window; null reads everything. */
  readonly since: number | null;
  /** What the reading before ended with, and what this one did; null where the source hands out no such place. */
  readonly state?: Json;
  readonly nextState?: Json;
  /** Source's time when the run began: what changes later belongs to the next run. */
  readonly startedAt: number | null;
  /** Newest change seen. */
  readonly newest: number | null;
  readonly position: Json;
  /** Fewest and most records announced in this reading, and the last number. */
  readonly announcedLeast?: number | null;
  readonly announcedMost: number | null;
  readonly announcedLast: number | null;
}

/** Where a run begins. */
export const NOT_STARTED: Progress = {
  firstPass: 0,
  pass: 0,
  passes: 0,
  since: null,
  startedAt: null,
  newest: null,
  position: null,
  announcedMost: null,
  announcedLast: null,
  state: null,
  nextState: null,
};

/** Where a run stands behind a page. */
export function advance(before: Progress, page: SourcePage, subscriber: Subscriber): Progress {
  // A page past the end announces nothing although the source does not shrink.
  const announced = page.rows.length === 0 && !page.announced ? undefined : page.announced;
  const changes = page.rows.map((record) => subscriber.changedAt(record) ?? 0);
  const newest = changes.reduce((most, each) => Math.max(most, each), before.newest ?? 0);
  return {
    ...before,
    position: page.position,
    startedAt: before.startedAt ?? page.at ?? Date.now(),
    newest: newest > 0 ? newest : null,
    nextState: page.state ?? null,
    announcedLeast:
      announced === undefined
        ? (before.announcedLeast ?? null)
        : Math.min(before.announcedLeast ?? Infinity, announced),
    announcedMost: announced === undefined ? before.announcedMost : Math.max(before.announcedMost ?? 0, announced),
    announcedLast: announced ?? before.announcedLast,
  };
}

/** The same run at the beginning of another reading of everything. */
export function beginAgain(before: Progress, pass: number): Progress {
  return {
    ...before,
    pass,
    passes: before.passes + 1,
    position: null,
    announcedLeast: null,
    announcedMost: null,
    announcedLast: null,
  };
}

/**
 * Whether a reading that came to its end got all that was announced.
 *
 * @param distinct Different records that it got.
 * @returns "unstable" where the announced number fell while records are missing, "short" where it did not.
 */
export function judgeReading(
  { announcedLast, announcedMost, announcedLeast }: Progress,
  distinct: number,
): 'complete' | 'unstable' | 'short' {
  if (announcedLast === null || announcedMost === null) return 'complete';
  if (distinct >= announcedMost) return 'complete';
  // What came or went in front of the place of the reading moved the pages under it.
  return announcedLast < announcedMost || (announcedLeast ?? announcedLast) < announcedLast ? 'unstable' : 'short';
}

/**
 * The new checkpoint: the newest change seen, by the source's own clock.
 *
 * Where rows do not tell when they changed, it is the start of the run. It is never later than that, because a record that
 * changed behind the reader's back has a later time, and never earlier than the one before.
 *
 * @param before The checkpoint so far, as JSON.
 */
export function nextCheckpoint({ startedAt, newest, nextState = null }: Progress, before: string | undefined): string {
  const previous = before === undefined ? 0 : (JSON.parse(before) as { at: number }).at;
  const start = startedAt ?? Date.now();
  const at = Math.max(previous, Math.min(newest ?? start, start));
  return JSON.stringify({ at, ...(nextState !== null && { state: nextState }) });
}

/**
 * The last reading decides: a number that fell while it was read is accepted only when all that is left has arrived.
 *
 * @throws SourceError ERR_RUN_INCOMPLETE, ERR_RUN_UNSTABLE.
 */
export function requireComplete(
  end: 'complete' | 'unstable' | 'short',
  { incoming }: Run,
  { announcedLast, announcedMost, passes }: Progress,
  distinct: number,
): void {
  const announced = announcedLast ?? 0;
  if (end !== 'complete' && distinct < announced) {
    throw new SourceError(
      'ERR_RUN_INCOMPLETE',
      `The source announced ${announced} records and sent ${distinct}. What arrived is kept, the checkpoint stays, and the next run reads them all again`,
      { details: { incoming, announced, received: distinct } },
    );
  }
  if (end !== 'unstable') return;
  const most = announcedMost ?? 0;
  throw new SourceError(
    'ERR_RUN_UNSTABLE',
    `The source announced between ${announced} and ${most} records while they were read, ${passes} times over; the checkpoint stays`,
    { details: { incoming, most, last: announced } },
  );
}
