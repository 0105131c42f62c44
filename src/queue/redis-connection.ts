import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { readRedisAddress, type RedisAddress } from './redis-address.ts';

/** What a connection does while Redis is away: wait for it, or tell whoever asks at once. */
export type Patience = 'waits' | 'refuses';

const WAITS: RedisOptions = { maxRetriesPerRequest: null };
const REFUSES: RedisOptions = { maxRetriesPerRequest: 1, enableOfflineQueue: false };
/** Longest pause between two tries to connect: Redis is back soon after it is back. */
const LONGEST_PAUSE_MS = 2000;

/** Connects to what REDIS_URL names. Never throws for a server that is away: it goes on trying. */
export function connectRedis(url: string, patience: Patience): Redis | Cluster {
  const address = readRedisAddress(url);
  if ('problem' in address) throw new Error(`REDIS_URL ${address.problem}`);
  const options = optionsFor(address, patience === 'waits' ? WAITS : REFUSES);
  const [first = { host: '127.0.0.1', port: 6379 }] = address.nodes;
  switch (address.kind) {
    case 'single':
      return new Redis({ ...options, ...first });
    case 'sentinel':
      return new Redis({
        ...options,
        sentinels: [...address.nodes],
        name: address.master ?? '',
        sentinelRetryStrategy: pause,
        ...(address.isTls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
        ...(address.sentinelPassword !== undefined && { sentinelPassword: address.sentinelPassword }),
      });
    case 'cluster':
      return new Cluster([...address.nodes], {
        redisOptions: options,
        clusterRetryStrategy: pause,
        enableOfflineQueue: patience === 'waits',
        // Certificates are for names; a cluster tells addresses.
        ...(address.isTls && {
          dnsLookup: (host, done) => {
            done(null, host);
          },
        }),
      });
  }
}

/** Start of all keys. In a cluster the braces keep all keys of an installation on one node, as scripts need it. */
export function keyPrefix(url: string, prefix: string): string {
  const address = readRedisAddress(url);
  const isCluster = !('problem' in address) && address.kind === 'cluster';
  return isCluster && !/\{.+\}/.test(prefix) ? `{${prefix}}` : prefix;
}

/**
 * What Redis does when its memory is full.
 *
 * @returns undefined where it does not tell.
 */
export async function evictionPolicy(connection: Redis | Cluster): Promise<string | undefined> {
  const info = await connection.info('memory');
  return /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
}

function optionsFor({ username, password, database, isTls }: RedisAddress, patience: RedisOptions): RedisOptions {
  return {
    ...patience,
    retryStrategy: pause,
    db: database,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(isTls && { tls: {} }),
  };
}

function pause(times: number): number {
  return Math.min(times * 100, LONGEST_PAUSE_MS);
}
