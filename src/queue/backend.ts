import { createPostgresBackend, Queue, runMigrations, Worker, type Processor } from 'bullmq';
import { connectRedis, evictionPolicy, keyPrefix } from './redis-connection.ts';

/** Where jobs are kept: Redis, or the queue's own tables on our database. */
export interface QueueBackend {
  queue<Data>(name: string): Queue<Data>;
  worker<Data>(name: string, processor: Processor<Data>, concurrency: number): Worker<Data>;
  /** Whether jobs can be added at the moment: nobody waits for an engine that is away. */
  isUp(): boolean;
  /**
   * Throws when the engine does not answer.
   *
   * @returns What is wrong although it answers; undefined when nothing is.
   */
  ping(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A killed worker's jobs are seen as stalled after this time; tasks themselves do not wait for it. */
const LOCK_MS = 30_000;
const STALLED_MS = 5000;
/** Jobs are hints that carry no truth, so nothing of them is kept. */
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true, attempts: 1 } as const;

type PgLike = Parameters<typeof runMigrations>[0] & { release(): void };
interface PoolLike {
  connect(): Promise<PgLike>;
}

/**
 * Opens the queue on Redis or Valkey.
 *
 * @param prefix Start of all keys, so that several installations can share a server.
 */
export function openRedisBackend(
  url: string,
  { prefix, onError }: { prefix: string; onError: (error: Error) => void },
): QueueBackend {
  const shared = connectRedis(url, 'waits');
  // Who adds a job is told at once when Redis is away, and the reconciler adds it later; nobody waits for Redis.
  const adding = connectRedis(url, 'refuses');
  const keys = keyPrefix(url, prefix);
  for (const connection of [shared, adding]) connection.on('error', onError);
  return {
    queue: (name) =>
      withErrors(new Queue(name, { connection: adding, prefix: keys, defaultJobOptions: JOB_OPTIONS }), onError),
    worker: (name, processor, concurrency) =>
      withErrors(
        new Worker(name, processor, {
          connection: shared,
          prefix: keys,
          concurrency,
          lockDuration: LOCK_MS,
          stalledInterval: STALLED_MS,
        }),
        onError,
      ),
    isUp: () => adding.status === 'ready',
    async ping() {
      if (shared.status !== 'ready') throw new Error(`Redis is not connected (${shared.status})`);
      const policy = await evictionPolicy(shared);
      return policy === undefined || policy === 'noeviction' ? undefined : wrongPolicy(policy);
    },
    async close() {
      for (const connection of [shared, adding]) connection.disconnect();
      await Promise.resolve();
    },
  };
}

/** Opens the queue on our own database, PGlite or server: nothing else has to be installed. */
export async function openPostgresBackend(
  pool: unknown,
  { onError }: { onError: (error: Error) => void },
): Promise<QueueBackend> {
  const connection = pool as PoolLike;
  const client = await connection.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
  const shared = { connection: pool as never };
  return {
    queue: (name) =>
      withErrors(
        new Queue(name, { ...shared, defaultJobOptions: JOB_OPTIONS }, createPostgresBackend) as never,
        onError,
      ),
    worker: (name, processor, concurrency) =>
      withErrors(
        new Worker(
          name,
          processor,
          { ...shared, concurrency, lockDuration: LOCK_MS, stalledInterval: STALLED_MS },
          createPostgresBackend,
        ) as never,
        onError,
      ),
    isUp: () => true,
    ping: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}

function wrongPolicy(policy: string): string {
  return `Redis has maxmemory-policy ${policy}, and may throw jobs away when its memory is full; set it to noeviction`;
}

/** Without a listener an error of the connection would end the process. */
function withErrors<T extends { on(event: 'error', listener: (error: Error) => void): unknown }>(
  target: T,
  onError: (error: Error) => void,
): T {
  target.on('error', onError);
  return target;
}
