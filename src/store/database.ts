/** What a statement answers. */
export interface QueryResult<Row> {
  readonly rows: Row[];
  readonly rowCount: number;
}

/** Something that runs SQL: the database itself or an open transaction. Positional parameters are `$1`, `$2`, … */
export interface Queryable {
  query<Row = Record<string, unknown>>(text: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>>;
}

/**
 * One database in Postgres's dialect: PGlite in this process, or a server.
 *
 * Instants are epoch milliseconds in `bigint` columns and documents are JSON in `text` columns, because the two
 * drivers then answer the same JavaScript values, and because `text` keeps what `jsonb` refuses (U+0000) or reorders.
 */
export interface Database extends Queryable {
  readonly engine: 'pglite' | 'postgres';
  /** Runs `work` in one transaction; rolls back when it throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** A `pg.Pool`, or what looks like one, whose search path is the queue's schema. */
  readonly queuePool: unknown;
  close(): Promise<void>;
}

/** Schema of our own tables. */
export const OWN_SCHEMA = 'sluice';

/** Schema of the queue's tables on the same database. */
export const QUEUE_SCHEMA = 'bullmq';

/**
 * Planner settings of our sessions.
 *
 * Every hot statement is a handful of look-ups by key in tables that grow from nothing to millions of rows within
 * minutes, long before statistics follow: without them the planner reads whole tables. Joins by look-up are always right here.
 */
export const PLANNER = {
  jit: 'off',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
} as const;
