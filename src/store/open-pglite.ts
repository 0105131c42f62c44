import { EventEmitter } from 'node:events';
import type { Database, QueryResult } from './database.ts';
import { openThread, type Thread } from './embedded/thread.ts';

/**
 * Opens Postgres inside this process, in a thread of its own, so that its work and ours go on side by side.
 *
 * @param folder Data folder; undefined keeps everything in memory, for tests.
 */
export async function openPglite(folder: string | undefined): Promise<Database> {
  const session = new Session(await openThread({ folder }));
  return {
    engine: 'pglite',
    queuePool: new EmbeddedPool(session),
    query: (text, parameters) => session.query(text, parameters),
    transaction: (work) => session.transaction((query) => work({ query })),
    close: () => session.close(),
  };
}

type Query = <Row>(text: string, parameters?: readonly unknown[]) => Promise<QueryResult<Row>>;

/** The one session that PGlite has: statements go out in the order they come, and those of a transaction by themselves. */
class Session {
  readonly #thread: Thread;
  /** The transaction that is open, or that is next; what comes later waits for it. */
  #transaction: Promise<void> | undefined;

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  readonly query: Query = async (text, parameters) => {
    while (this.#transaction) await this.#transaction;
    return this.#thread.query(text, parameters);
  };

  async transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    while (this.#transaction) await this.#transaction;
    let end = (): void => undefined;
    this.#transaction = new Promise((resolve) => {
      end = resolve;
    });
    try {
      return await this.#transact(work);
    } finally {
      this.#transaction = undefined;
      end();
    }
  }

  async #transact<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const query: Query = (text, parameters) => this.#thread.query(text, parameters);
    await query('BEGIN');
    try {
      const result = await work(query);
      await query('COMMIT');
      return result;
    } catch (error) {
      await query('ROLLBACK');
      throw error;
    }
  }

  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>> {
    return this.#thread.listen(channel, listener);
  }

  async close(): Promise<void> {
    while (this.#transaction) await this.#transaction;
    await this.#thread.close();
  }
}

/**
 * What BullMQ's Postgres backend needs of a `pg.Pool`: `query`, `connect`, `LISTEN`.
 *
 * PGlite has one session, so "clients" are only listeners. BullMQ opens a transaction by plain statements only in
 * its migration, which runs before anything else uses the database.
 */
class EmbeddedPool extends EventEmitter {
  readonly #session: Session;

  constructor(session: Session) {
    super();
    this.#session = session;
  }

  query<Row>(text: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>> {
    return this.#session.query(text, parameters);
  }

  connect(): Promise<EmbeddedClient> {
    return Promise.resolve(new EmbeddedClient(this.#session));
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}

class EmbeddedClient extends EventEmitter {
  readonly #session: Session;
  readonly #unlisten: (() => Promise<void>)[] = [];

  constructor(session: Session) {
    super();
    this.#session = session;
    this.setMaxListeners(0);
  }

  async query<Row>(text: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>> {
    // The statement's leading comments hold the word too, so only the statement itself is matched.
    const channel = /^(?:\s|--[^\n]*\n)*LISTEN\s+"?(\w+)"?/i.exec(text)?.[1];
    if (channel === undefined) return this.#session.query(text, parameters);
    const unlisten = await this.#session.listen(channel, (payload) => this.emit('notification', { channel, payload }));
    this.#unlisten.push(unlisten);
    return { rows: [], rowCount: 0 };
  }

  release(): void {
    for (const unlisten of this.#unlisten.splice(0)) void unlisten().catch(() => undefined);
  }
}
