import type { Queryable } from './database.ts';

/** A call as it is kept for people: redacted, capped. */
export interface NewExchange {
  readonly client: string;
  readonly at: number;
  readonly method: string;
  readonly url: string;
  readonly status: number | undefined;
  readonly durationMs: number;
  readonly request?: string | undefined;
  readonly answer?: string | undefined;
  readonly error?: string | undefined;
}

export interface ExchangeRow extends NewExchange {
  readonly id: number;
}

/** Ids that are fetched at a time. */
const IDS_AT_ONCE = 64;
/** Calls that wait for the results of their batch; beyond that they are written without. */
const MOST_WAITING = 64;

/**
 * Calls of this process that are written with the results of their batch: one transaction less for each call, and a batch
 * of single calls keeps no record waiting for its history.
 */
export class Exchanges {
  readonly #database: Queryable;
  #ids: number[] = [];
  #fetching: Promise<void> | undefined;
  #waiting: ExchangeRow[] = [];

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** Keeps a call; answers the id it is going to have. */
  async record(exchange: NewExchange): Promise<number> {
    const id = await this.#nextId();
    this.#waiting.push({ ...exchange, id });
    if (this.#waiting.length > MOST_WAITING) await this.write();
    return id;
  }

  /** Calls that are still to be written; who takes them writes them, or gives them back. */
  take(): readonly ExchangeRow[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  giveBack(exchanges: readonly ExchangeRow[]): void {
    this.#waiting = [...exchanges, ...this.#waiting];
  }

  /** Writes what waits. */
  async write(): Promise<void> {
    const exchanges = this.take();
    if (exchanges.length === 0) return;
    try {
      await this.#database.query(insertExchanges(1), exchangeColumns(exchanges));
    } catch (error) {
      this.giveBack(exchanges);
      throw error;
    }
  }

  async #nextId(): Promise<number> {
    for (;;) {
      const id = this.#ids.shift();
      if (id !== undefined) return id;
      this.#fetching ??= this.#fetchIds().finally(() => {
        this.#fetching = undefined;
      });
      await this.#fetching;
    }
  }

  async #fetchIds(): Promise<void> {
    const { rows } = await this.#database.query<{ id: number }>(
      `SELECT nextval('exchange_id_seq') AS id FROM generate_series(1, $1::int)`,
      [IDS_AT_ONCE],
    );
    this.#ids.push(...rows.map(({ id }) => id));
  }
}

/**
 * The statement that writes {@link exchangeColumns}, given as parameters from number `first` on.
 *
 * Written twice is written once: a connection may break after the database has done it, and calls are given back then.
 * Bodies are long and full of quotes, which a list would have to escape one by one: they come as one text, cut at U+0001.
 */
export function insertExchanges(first: number): string {
  const types = ['bigint[]', 'text[]', 'bigint[]', 'text[]', 'text[]', 'int[]', 'bigint[]', 'text[]', 'text', 'text'];
  const columns = types.map((type, index) => {
    const parameter = `$${first + index}::${type}`;
    return type === 'text' ? `string_to_array(${parameter}, E'\\x01')` : parameter;
  });
  return `INSERT INTO exchange (id, client, at, method, url, status, duration_ms, error, request, answer)
    OVERRIDING SYSTEM VALUE
    SELECT id, client, at, method, url, status, duration_ms, error, nullif(request, ''), nullif(answer, '')
    FROM unnest(${columns.join(', ')})
      AS x(id, client, at, method, url, status, duration_ms, error, request, answer)
    ON CONFLICT (id) DO NOTHING`;
}

export function exchangeColumns(exchanges: readonly ExchangeRow[]): readonly unknown[] {
  return [
    exchanges.map((each) => each.id),
    exchanges.map((each) => each.client),
    exchanges.map((each) => each.at),
    exchanges.map((each) => each.method),
    exchanges.map((each) => each.url),
    exchanges.map((each) => each.status ?? null),
    exchanges.map((each) => Math.round(each.durationMs)),
    exchanges.map((each) => each.error ?? null),
    exchanges.map((each) => withoutCuts(each.request)).join(CUT),
    exchanges.map((each) => withoutCuts(each.answer)).join(CUT),
  ];
}

const CUT = '\u0001';

/** A body may hold the character all the same, or U+0000, which the database refuses: people see their pictures. */
function withoutCuts(text = ''): string {
  return text.replaceAll(/[\u0000\u0001]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)));
}
