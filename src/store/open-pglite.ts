import { EventEmitter } from 'node:events';
import type { Database, QueryResult } from './database.ts';
import { openThread, type Thread } from './embedded/thread.ts';
import { withListTexts } from './list-text.ts';

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
  /** Is done when the transaction that is open is over; what comes later waits for it. */
  #held: Promise<void> | undefined;

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  readonly query: Query = async (text, parameters) => {
    while (this.#held) await this.#held;
    return this.#thread.query(text, parameters && withListTexts(parameters));
  };

  async transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const { query, end } = await this.hold();
    try {
      await query('BEGIN');
      try {
        const result = await work(query);
        await query('COMMIT');
        return result;
      } catch (error) {
        await query('ROLLBACK');
        throw error;
      }
    } finally {
      end();
    }
  }

  /** Takes the session for one caller alone, until it is ended. */
  async hold(): Promise<{ readonly query: Query; readonly end: () => void }> {
    while (this.#held) await this.#held;
    let release = (): void => undefined;
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    return {
      query: (text, parameters) => this.#thread.query(text, parameters),
      end: () => {
        this.#held = undefined;
        release();
      },
    };
  }

  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>> {
    return this.#thread.listen(channel, listener);
  }

  async close(): Promise<void> {
    while (this.#held) await this.#held;
    await this.#thread.close();
  }
}

/**
 * What BullMQ's Postgres backend needs of a `pg.Pool`: `query`, `connect`, `LISTEN`.
 *
 * PGlite has one session, so "clients" are listeners, and hold the session while they have a transaction open by plain
 * statements, as BullMQ's migration has.
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
  #own: Awaited<ReturnType<Session['hold']>> | undefined;

  constructor(session: Session) {
    super();
    this.#session = session;
    this.setMaxListeners(0);
  }

  async query<Row>(text: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>> {
    // The statement's leading comments hold the word too, so only the statement itself is matched.
    const channel = /^(?:\s|--[^\n]*\n)*LISTEN\s+"?(\w+)"?/i.exec(text)?.[1];
    if (channel === undefined) return this.#run(text, parameters);
    const unlisten = await this.#session.listen(channel, (payload) => this.emit('notification', { channel, payload }));
    this.#unlisten.push(unlisten);
    return { rows: [], rowCount: 0 };
  }

  async #run<Row>(text: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>> {
    const [word = ''] = /^\w+/.exec(text.trimStart().toUpperCase()) ?? [];
    if (word === 'BEGIN') this.#own ??= await this.#session.hold();
    const own = this.#own;
    if (!own) return this.#session.query(text, parameters);
    try {
      return await own.query<Row>(text, parameters);
    } finally {
      if (word === 'COMMIT' || word === 'ROLLBACK') this.#end();
    }
  }

  #end(): void {
    this.#own?.end();
    this.#own = undefined;
  }

  release(): void {
    if (this.#own) void this.#run('ROLLBACK').catch(() => undefined);
    for (const unlisten of this.#unlisten.splice(0)) void unlisten().catch(() => undefined);
  }
}
