import { causeOfText } from '../core/error-cause.ts';
import type { StepEffects } from '../core/step-run.ts';
import type { Claim, Link, NewFollowUp, TaskOutcome, TaskPlace } from '../core/task.ts';
import type { Database } from './database.ts';
import { addGroups, groupsOf } from './error-groups.ts';
import { exchangeColumns, type ExchangeRow, type Exchanges, insertExchanges } from './exchanges.ts';
import { type HandedEnd, settleHanded, writeHandedTasks } from './handed-claims.ts';
import { writeEffects } from './step-effects.ts';
import { RESOLVED_BY_LATER } from './task-actions.ts';

/** How a claim ends. */
export interface ClaimEnd {
  readonly claim: Claim;
  readonly outcomes: readonly TaskOutcome[];
  readonly outgoing: string;
  readonly learnt: readonly Link[];
  readonly place: TaskPlace | undefined;
  readonly followUps: readonly NewFollowUp[];
  readonly effects: StepEffects | undefined;
}

/**
 * Ends claims: results, links and failed attempts at once. Results of a claim that was taken back are dropped.
 *
 * Where all records of a batch that was handed over arrived, its tasks are written now and only now, finished.
 */
export async function settleClaims(database: Database, ends: readonly ClaimEnd[], exchanges: Exchanges): Promise<void> {
  const done = await settleHanded(
    database,
    ends.flatMap((end) => asHanded(end) ?? []),
    exchanges,
  );
  const rest = ends.filter(({ claim }) => !done.has(claim.id));
  if (rest.length === 0) return;
  const handed = rest.flatMap(({ claim }) => (claim.isHanded ? [claim.id] : []));
  if (handed.length > 0) await writeHandedTasks(database, 'id = ANY($1::bigint[])', [handed]);
  const calls = exchanges.take();
  try {
    await settleRows(database, rest, calls);
  } catch (error) {
    exchanges.giveBack(calls);
    throw error;
  }
}

/** What is needed to end a handed batch as a whole; undefined where something has to be told of single tasks. */
function asHanded({ claim, outcomes, outgoing, learnt, place, followUps, effects }: ClaimEnd): HandedEnd | undefined {
  if (!claim.isHanded || followUps.length > 0 || effects || place?.order === 'none') return undefined;
  if (outcomes.length !== claim.tasks.length) return undefined;
  const exchange = outcomes[0]?.exchange ?? null;
  let links = 0;
  for (const [index, outcome] of outcomes.entries()) {
    const task = claim.tasks[index];
    if (!isPlain(outcome) || outcome.task !== task?.id || outcome.exchange !== exchange) return undefined;
    if (outcome.targetId === null) continue;
    const link = learnt[links];
    if (link?.key !== task.key || link.targetId !== outcome.targetId) return undefined;
    links += 1;
  }
  return links === learnt.length ? { claim: claim.id, outgoing, exchange, outcomes } : undefined;
}

function isPlain({ state, error, nextAt, uncertainSince, countsAttempt }: TaskOutcome): boolean {
  return state === 'finished' && error === null && nextAt === 0 && uncertainSince === null && countsAttempt;
}

/** One statement is one transaction and one round trip. Links are facts about the target: they stay even when the claim was taken back. */
const SETTLE = `
  WITH o AS (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::int[], $7::bigint[], $8::bigint[], $9::boolean[],
      $10::bigint[], $20::text[], $21::boolean[])
      AS o(id, state, error, target_id, exchange, exchange_index, next_at, uncertain_since, counts, claim, cause, newest)),
  settled AS (
    UPDATE task SET state = o.state, error = o.error, target_id = coalesce(o.target_id, task.target_id),
      exchange = coalesce(o.exchange, task.exchange), exchange_index = coalesce(o.exchange_index, task.exchange_index),
      next_at = o.next_at, uncertain_since = o.uncertain_since, cause = o.cause, claim = NULL, updated_at = $11,
      attempts = CASE WHEN o.counts THEN attempts ELSE greatest(0, attempts - 1) END
    FROM o WHERE task.id = o.id AND task.claim + 0 = o.claim RETURNING task.id, task.run, task.incoming),
  history AS (
    INSERT INTO attempt (task, at, error, exchange)
    SELECT o.id, $11, o.error, o.exchange FROM o WHERE o.error IS NOT NULL AND o.state NOT IN ('skipped', 'finished')),
  followed AS (
    INSERT INTO task (route, incoming, run, key, state, payload, stage, created_at, updated_at)
    SELECT f.route, settled.incoming, settled.run, f.key, 'new', f.payload, 'route', $11, $11
    FROM unnest($16::bigint[], $17::text[], $18::text[], $19::text[]) WITH ORDINALITY
      AS f(after, route, key, payload, position)
    JOIN settled ON settled.id = f.after ORDER BY f.position),
  stuck AS (
    SELECT e.id, o.id AS later FROM o JOIN task t ON t.id = o.id JOIN task e ON e.key = t.key AND e.route = t.route AND e.id < t.id
    WHERE o.state = 'finished' AND e.state = 'failed'
    FOR UPDATE OF e SKIP LOCKED),
  overtaken AS (
    SELECT e.id, o.id AS later FROM o JOIN task t ON t.id = o.id JOIN task e ON e.key = t.key AND e.route || '' = t.route AND e.id < t.id
    WHERE o.newest AND o.state = 'finished' AND e.state IN ('new', 'retrying', 'waiting') AND e.edited_at IS NULL
    FOR UPDATE OF e SKIP LOCKED),
  resolved AS (
    UPDATE task SET state = 'skipped', cause = NULL, updated_at = $11, error = replace($22, '$task', r.later::text)
    FROM (SELECT id, max(later) AS later FROM (SELECT * FROM stuck UNION ALL SELECT * FROM overtaken) late GROUP BY id) r
    WHERE task.id = r.id),
  learnt AS (
    INSERT INTO link SELECT l.outgoing, l.key, l.target_id, $11 FROM unnest($12::text[], $13::text[], $14::text[]) AS l(outgoing, key, target_id)
    ON CONFLICT (outgoing, key) DO UPDATE SET target_id = excluded.target_id, updated_at = excluded.updated_at),
  calls AS (${insertExchanges(23)})
  DELETE FROM claim WHERE id = ANY($15::bigint[])`;

async function settleRows(database: Database, ends: readonly ClaimEnd[], calls: readonly ExchangeRow[]): Promise<void> {
  const outcomes = ends.flatMap((end) => end.outcomes);
  const causes = ends.flatMap(({ place, outcomes: own }) =>
    own.map((o) =>
      place && (o.state === 'failed' || o.state === 'waiting') ? causeOfText(o.error, place) : undefined,
    ),
  );
  await addGroups(database, groupsOf(causes));
  const links = new Map(
    ends.flatMap(({ outgoing, learnt }) =>
      learnt.map(({ key, targetId }) => [JSON.stringify([outgoing, key]), { outgoing, key, targetId }] as const),
    ),
  );
  const learnt = [...links.values()];
  const followUps = ends.flatMap((end) => end.followUps);
  const values = [
    outcomes.map((o) => o.task),
    outcomes.map((o) => o.state),
    outcomes.map((o) => o.error),
    outcomes.map((o) => o.targetId),
    outcomes.map((o) => o.exchange),
    outcomes.map((o) => o.exchangeIndex),
    outcomes.map((o) => o.nextAt),
    outcomes.map((o) => o.uncertainSince),
    outcomes.map((o) => o.countsAttempt),
    ends.flatMap((end) => end.outcomes.map(() => end.claim.id)),
    Date.now(),
    learnt.map((link) => link.outgoing),
    learnt.map((link) => link.key),
    learnt.map((link) => link.targetId),
    ends.map((end) => end.claim.id),
    followUps.map((f) => f.after),
    followUps.map((f) => f.route),
    followUps.map((f) => f.key),
    followUps.map((f) => f.payload),
    causes.map((cause) => cause?.id ?? null),
    ends.flatMap((end) => end.outcomes.map(() => end.place?.order === 'none')),
    RESOLVED_BY_LATER,
    ...exchangeColumns(calls),
  ];
  await settleWith(database, ends, values);
}

/** What steps left goes with the results; of a claim that was taken back, nothing is kept. */
async function settleWith(database: Database, ends: readonly ClaimEnd[], values: readonly unknown[]): Promise<void> {
  if (ends.every(({ effects }) => !effects)) {
    await database.query(SETTLE, values);
    return;
  }
  await database.transaction(async (tx) => {
    const { rows } = await tx.query<{ id: number }>(`${SETTLE} RETURNING id`, values);
    const held = new Set(rows.map(({ id }) => id));
    await writeEffects(
      tx,
      ends.flatMap(({ claim, effects }) => (effects && held.has(claim.id) ? [effects] : [])),
    );
  });
}
