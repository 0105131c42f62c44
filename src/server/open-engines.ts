import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from 'pino';
import { ConfigError } from '../core/errors.ts';
import { openPostgresBackend, openRedisBackend, type QueueBackend } from '../queue/backend.ts';
import type { Database } from '../store/database.ts';
import { openPglite } from '../store/open-pglite.ts';
import { openPostgres } from '../store/open-postgres.ts';
import type { Settings } from './settings.ts';

/** Which parts of the platform a process runs. */
export type Role = 'all' | 'api' | 'worker';

/** Split roles share work through server engines; an embedded database belongs to one process. */
export function requireSharedEngines({ databaseUrl, redisUrl }: Settings, role: Role): void {
  if (role === 'all' || (databaseUrl !== undefined && redisUrl !== undefined)) return;
  throw new ConfigError(
    'ERR_ROLE_NEEDS_SERVERS',
    `--role ${role} needs DATABASE_URL and REDIS_URL: without them everything runs in one process`,
  );
}

/** The server that the settings name, or the embedded database in the data folder. */
export function openDatabase(settings: Settings, log: Logger): Promise<Database> {
  if (settings.databaseUrl === undefined) {
    const folder = path.join(settings.dataFolder, 'postgres');
    mkdirSync(folder, { recursive: true });
    return openPglite(folder);
  }
  const onError = (error: Error): void => {
    log.warn({ err: error }, 'A database connection broke; it is replaced');
  };
  return Promise.resolve(openPostgres(settings.databaseUrl, { onError }));
}

/** Redis where the settings name one, or tables of the database. */
export function openBackend(settings: Settings, database: Database, log: Logger): Promise<QueueBackend> {
  const onError = rarely((error) => {
    log.warn({ err: error }, 'The queue reports an error; tasks are safe in the database');
  });
  if (settings.redisUrl === undefined) return openPostgresBackend(database.queuePool, { onError });
  return Promise.resolve(openRedisBackend(settings.redisUrl, { prefix: settings.queuePrefix, onError }));
}

/** Tells of what statements and transactions throw, and lets it pass. */
export function watchErrors(database: Database, onError: (error: unknown) => void): Database {
  const watched = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      onError(error);
      throw error;
    }
  };
  return {
    engine: database.engine,
    queuePool: database.queuePool,
    query: (text, parameters) => watched(database.query(text, parameters)),
    transaction: (work) => watched(database.transaction(work)),
    close: () => database.close(),
  };
}

/** A Redis that throws jobs away costs time, not records; still somebody should know. */
export async function warnOfEviction(backend: QueueBackend, log: Logger): Promise<void> {
  const problem = await backend.ping().catch(() => undefined);
  if (problem !== undefined) log.warn({ code: 'ERR_REDIS_EVICTS' }, problem);
}

/** Tells the same error twice a minute at most: a queue that is away says so with every try of every connection. */
export function rarely(tell: (error: Error) => void): (error: Error) => void {
  const told = new Map<string, number>();
  return (error) => {
    const now = Date.now();
    if (now - (told.get(error.message) ?? -Infinity) < 30_000) return;
    if (told.size > 100) told.clear();
    told.set(error.message, now);
    tell(error);
  };
}
