import { createHmac, randomBytes } from 'node:crypto';
import type { Sealer } from '../core/sealing.ts';
import type { Database, Queryable } from './database.ts';

/** What somebody did, or was refused. Secrets stand nowhere in it. */
export interface AuditEntry {
  /** Name of the user or token; of one who is not known, the name that was tried. */
  readonly actor: string;
  /** Network address of the request; null for work that no request asked for. */
  readonly address: string | null;
  /** Subject and verb, such as `document.write` or `sign-in.refused`. */
  readonly action: string;
  /** What it was done to, such as `client/halo`. */
  readonly subject: string;
  readonly reason?: string | undefined;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** An entry as it is kept. */
export interface AuditRow {
  readonly id: number;
  readonly at: number;
  readonly actor: string;
  readonly address: string | null;
  readonly action: string;
  readonly subject: string;
  readonly reason: string | null;
  /** JSON, or null. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Entries before this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Whether the chain is whole, and where not. */
export interface ChainReport {
  readonly isWhole: boolean;
  readonly entries: number;
  /** The first entry that was changed, or that follows one that is missing. */
  readonly brokenAt: number | null;
}

export const AUDIT_KEY = 'audit-key';
const HEAD = 'audit-head';
const START = 'audit-start';
const COLUMNS = 'id, at, actor, address, action, subject, reason, before, after';
/** Longest before or after that is kept as it is; what is longer is cut, and says so. */
const LONGEST = 65_536;
const BATCH = 1000;

type Stored = AuditRow & { readonly hash: string };

/**
 * The audit trail. Each entry carries a hash over itself and the one before, under a key that the database does not
 * tell: who can write the database and no more cannot change, drop or add an entry without that showing.
 */
export async function openAuditTrail(database: Database, sealer: Sealer) {
  const key = await ensureKey(database, sealer);
  const hashOf = (previous: string, row: AuditRow): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([previous, ...COLUMNS.split(', ').map((name) => row[name as keyof AuditRow])]))
      .digest('base64url');

  /** The last thing of a transaction: entries follow one another, so what writes some waits for others here. */
  async function append(tx: Queryable, ...entries: readonly AuditEntry[]): Promise<void> {
    const { rows } = await tx.query<{ value: string }>('SELECT value FROM setting WHERE name = $1 FOR UPDATE', [HEAD]);
    let [last, previous] = placeOf(rows[0]?.value ?? '');
    for (const entry of entries) {
      const row = toRow(entry, last + 1);
      const hash = hashOf(previous, row);
      await tx.query(`INSERT INTO audit (${COLUMNS}, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, [
        ...[row.id, row.at, row.actor, row.address, row.action, row.subject, row.reason, row.before, row.after, hash],
      ]);
      [last, previous] = [row.id, hash];
    }
    await tx.query('UPDATE setting SET value = $2 WHERE name = $1', [HEAD, `${last} ${previous}`]);
  }

  return {
    append,

    /** An entry of its own, for what has no transaction of ours. */
    record: (entry: AuditEntry): Promise<void> => database.transaction((tx) => append(tx, entry)),

    async list({ actor, action, subject, from, to, before, limit }: AuditFilter): Promise<AuditRow[]> {
      const { rows } = await database.query<AuditRow>(
        `SELECT ${COLUMNS} FROM audit
         WHERE ($1::bigint IS NULL OR id < $1) AND ($2::text IS NULL OR actor = $2)
           AND ($3::text IS NULL OR action = $3 OR starts_with(action, $3 || '.'))
           AND ($4::text IS NULL OR subject = $4 OR starts_with(subject, $4 || '/'))
           AND ($5::bigint IS NULL OR at >= $5) AND ($6::bigint IS NULL OR at < $6)
         ORDER BY id DESC LIMIT $7`,
        [before ?? null, actor ?? null, action ?? null, subject ?? null, from ?? null, to ?? null, limit],
      );
      return rows;
    },

    /** Reads the whole trail and works its hashes again. */
    async verify(): Promise<ChainReport> {
      const settings = await database.query<{ name: string; value: string }>(
        'SELECT name, value FROM setting WHERE name IN ($1, $2)',
        [HEAD, START],
      );
      const value = (name: string): string => settings.rows.find((each) => each.name === name)?.value ?? '0 ';
      const [head, start] = [value(HEAD), value(START)];
      let [last, previous] = placeOf(start);
      let entries = 0;
      const broken = (brokenAt: number): ChainReport => ({ isWhole: false, entries, brokenAt });
      for (;;) {
        const { rows } = await database.query<Stored>(
          `SELECT ${COLUMNS}, hash FROM audit WHERE id > $1 ORDER BY id LIMIT ${BATCH}`,
          [last],
        );
        for (const { hash, ...row } of rows) {
          // Entries that came while we read are whole by themselves; what is missing before them shows here too.
          if (row.id !== last + 1 || hashOf(previous, row) !== hash) return broken(row.id);
          [last, previous] = [row.id, hash];
          entries += 1;
        }
        if (rows.length < BATCH) break;
      }
      const [expected] = placeOf(head);
      return last < expected ? broken(last + 1) : { isWhole: true, entries, brokenAt: null };
    },

    /** Removes what is older than `beforeAt`. Where the trail now begins is kept, so that it stays whole. */
    prune: (beforeAt: number): Promise<number> =>
      database.transaction(async (tx) => {
        await tx.query('SELECT value FROM setting WHERE name = $1 FOR UPDATE', [HEAD]);
        const { rows } = await tx.query<{ id: number; hash: string }>(
          'SELECT id, hash FROM audit WHERE at < $1 ORDER BY id DESC LIMIT 1',
          [beforeAt],
        );
        const [last] = rows;
        if (!last) return 0;
        await tx.query('INSERT INTO setting VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value', [
          START,
          `${last.id} ${last.hash}`,
        ]);
        return (await tx.query('DELETE FROM audit WHERE id <= $1', [last.id])).rowCount;
      }),
  };
}

export type AuditTrail = Awaited<ReturnType<typeof openAuditTrail>>;

function placeOf(setting: string): [number, string] {
  const [id = '', hash = ''] = setting.split(' ');
  return [Number(id), hash];
}

function toRow({ actor, address, action, subject, reason, before, after }: AuditEntry, id: number): AuditRow {
  const json = (value: unknown): string | null => {
    if (value === undefined) return null;
    const text = JSON.stringify(value);
    return text.length <= LONGEST ? text : JSON.stringify({ isCut: true, begins: text.slice(0, LONGEST) });
  };
  const common = { id, at: Date.now(), actor, address, action, subject: subject.slice(0, 1024) };
  return { ...common, reason: reason?.slice(0, 1024) ?? null, before: json(before), after: json(after) };
}

async function ensureKey(database: Database, sealer: Sealer): Promise<Buffer> {
  await database.query('INSERT INTO setting VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    AUDIT_KEY,
    sealer.seal(randomBytes(32).toString('base64url'), AUDIT_KEY).$sealed,
  ]);
  await database.query('INSERT INTO setting VALUES ($1, $2) ON CONFLICT DO NOTHING', [HEAD, '0 ']);
  const { rows } = await database.query<{ value: string }>('SELECT value FROM setting WHERE name = $1', [AUDIT_KEY]);
  return Buffer.from(sealer.open({ $sealed: rows[0]?.value ?? '' }, AUDIT_KEY), 'base64url');
}
