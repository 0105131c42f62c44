import { EventEmitter } from 'node:events';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import type { Database, Queryable, QueryResult } from './database.ts';
import { OWN_SCHEMA, PLANNER, QUEUE_SCHEMA } from './database.ts';

/**
 * Opens Postgres inside this process.
 *
 * @param folder Data folder; undefined keeps everything in memory, for tests.
 * @param snapshot A data folder made by `dumpDataDir`, to start from: creating one from nothing takes seconds.
 */
export async function openPglite(folder: string | undefined, snapshot?: Blob): Promise<Database> {
  const db = await PGlite.create({
    ...(folder !== undefined && { dataDir: folder }),
    ...(snapshot && { loadDataDir: snapshot }),
  });
  // PGlite has one session and takes no start-up options, so the path is set here once; no table name is in both schemas.
  await db.exec(
    `CREATE SCHEMA IF NOT EXISTS ${OWN_SCHEMA}; CREATE SCHEMA IF NOT EXISTS ${QUEUE_SCHEMA}; SET search_path TO ${OWN_SCHEMA}, ${QUEUE_SCHEMA}`,
  );
  await db.exec(
    Object.entries(PLANNER)
      .map(([name, value]) => `SET ${name} TO ${value};`)
      .join(''),
  );
  return {
    engine: 'pglite',
    queuePool: new EmbeddedPool(db),
    query: (text, parameters) => run(db, text, parameters),
    transaction: (work) => db.transaction((tx) => work(transactionQueryable(tx))),
    close: () => db.close(),
  };
}

function transactionQueryable(tx: Transaction): Queryable {
  return { query: (text, parameters) => run(tx, text, parameters) };
}

async function run<Row>(
  target: PGlite | Transaction,
  text: string,
  parameters?: readonly unknown[],
): Promise<QueryResult<Row>> {
  if (parameters === undefined || parameters.length === 0) {
    const results = await target.exec(text);
    const last = results.at(-1);
    return { rows: (last?.rows ?? []) as Row[], rowCount: last?.affectedRows ?? 0 };
  }
  const result = await target.query<Row>(text, [...parameters]);
  return { rows: result.rows, rowCount: result.affectedRows ?? result.rows.length };
}

/**
 * What BullMQ's Postgres backend needs of a `pg.Pool`: `query`, `connect`, `LISTEN`.
 *
 * PGlite has one session, so "clients" are only listeners. BullMQ opens a transaction by plain statements only in
 * its migration, which runs before anything else uses the database.
 */
class EmbeddedPool extends EventEmitter {
  readonly #db: PGlite;

  constructor(db: PGlite) {
    super();
    this.#db = db;
  }

  query<Row>(text: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>> {
    return run(this.#db, text, parameters);
  }

  connect(): Promise<EmbeddedClient> {
    return Promise.resolve(new EmbeddedClient(this.#db));
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}

class EmbeddedClient extends EventEmitter {
  readonly #db: PGlite;
  readonly #unlisten: (() => Promise<void>)[] = [];

  constructor(db: PGlite) {
    super();
    this.#db = db;
    this.setMaxListeners(0);
  }

  async query<Row>(text: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>> {
    // The statement's leading comments hold the word too, so only the statement itself is matched.
    const channel = /^(?:\s|--[^\n]*\n)*LISTEN\s+"?(\w+)"?/i.exec(text)?.[1];
    if (channel === undefined) return run(this.#db, text, parameters);
    const unlisten = await this.#db.listen(channel, (payload) => this.emit('notification', { channel, payload }));
    this.#unlisten.push(unlisten);
    return { rows: [], rowCount: 0 };
  }

  release(): void {
    for (const unlisten of this.#unlisten.splice(0)) void unlisten().catch(() => undefined);
  }
}
