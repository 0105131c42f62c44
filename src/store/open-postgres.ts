import pg from 'pg';
import type { Database, Queryable, QueryResult } from './database.ts';
import { OWN_SCHEMA, PLANNER, QUEUE_SCHEMA } from './database.ts';
import { withListTexts } from './list-text.ts';

const { Pool, types } = pg;

const OWN_OPTIONS = Object.entries({ search_path: OWN_SCHEMA, ...PLANNER })
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ');

const INT8 = types.builtins.INT8;

/** Our bigints are ids and epoch milliseconds, far below 2^53. */
const parsers: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === INT8 ? Number : (types.getTypeParser(oid, format) as typeof Number)),
};

/**
 * Opens a Postgres server.
 *
 * @param onError Told about connections that break while idle; the pool replaces them.
 */
export function openPostgres(
  url: string,
  { maxConnections = 10, onError }: { maxConnections?: number; onError: (error: Error) => void },
): Database {
  const shared = { connectionString: url, keepAlive: true, application_name: 'sluice' };
  const pool = new Pool({ ...shared, max: maxConnections, types: parsers, options: OWN_OPTIONS });
  const queuePool = new Pool({ ...shared, max: maxConnections, options: `-c search_path=${QUEUE_SCHEMA}` });
  for (const each of [pool, queuePool]) {
    each.on('error', onError);
    // A connection that breaks while it is used fails its statement, and says so once more by an event: unheard, that would end the process.
    each.on('connect', (client) => client.on('error', ignore));
  }
  return {
    engine: 'postgres',
    queuePool,
    query: (text, parameters) => run(pool, text, parameters),
    transaction: (work) => transact(pool, work),
    async close() {
      await Promise.all([pool.end(), queuePool.end()]);
    },
  };
}

function ignore(): void {
  // The statement that failed tells it.
}

async function transact<T>(pool: pg.Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('BEGIN');
    const result = await work({ query: (text, parameters) => run(client, text, parameters) });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

async function run<Row>(
  target: pg.Pool | pg.PoolClient,
  text: string,
  parameters?: readonly unknown[],
): Promise<QueryResult<Row>> {
  // A statement with parameters is prepared once per connection and reused by its text.
  const statement = parameters ? { text, values: withListTexts(parameters), name: statementName(text) } : text;
  const result = await target.query(statement);
  return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 };
}

const names = new Map<string, string>();

function statementName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = `s${names.size}`;
    names.set(text, name);
  }
  return name;
}
