import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { createSealer } from '../../core/sealing.ts';
import { openRedisBackend } from '../../queue/backend.ts';
import { sleep } from '../../http/sleep.ts';
import { readAcceptedKeys, readMasterKey, type Settings } from '../settings.ts';
import { type Finding, findings } from './finding.ts';

const REDIS_TRIES = 25;
const REDIS_WAIT_MS = 200;
const OPEN_HOSTS = new Set(['127.0.0.1', '::1', 'localhost']);

/** Whether there is a key, who may read it, and whether another one is still accepted. */
export function checkKey(settings: Settings): Finding[] {
  const { ok, warning } = findings('key');
  const { environment, dataFolder, databaseUrl } = settings;
  const own = path.join(dataFolder, 'sluice.key');
  const keyFile = environment['SLUICE_KEY_FILE']?.trim() || undefined;
  const isGiven = Boolean(environment['SLUICE_KEY']?.trim());
  // Reading it would make one.
  if (!isGiven && keyFile === undefined && databaseUrl === undefined && !existsSync(own))
    return [ok('The first start makes a master key')];
  const { acceptedIds, keyId } = createSealer(readMasterKey(settings), readAcceptedKeys(settings));
  const file = isGiven ? undefined : (keyFile ?? own);
  const isOpen = file !== undefined && (statSync(file).mode & 0o077) !== 0;
  return [
    isOpen
      ? warning(`${file} can be read by others; make it readable by its owner only`)
      : ok(`The key ${keyId} seals`),
    ...(acceptedIds.length > 0
      ? [warning('Another key is accepted; when "sluice rotate-keys" is done, take it out of SLUICE_KEY_ACCEPTED')]
      : []),
  ];
}

/** Whether the data folder can be written, and has the space that reading needs. */
export async function checkDisk({ dataFolder, minFreeBytes }: Settings): Promise<Finding> {
  const { ok, warning, failed } = findings('disk');
  if (!existsSync(dataFolder)) return ok(`${dataFolder} is made at the first start`);
  accessSync(dataFolder, constants.W_OK);
  const { bavail, bsize } = await statfs(dataFolder);
  const free = bavail * bsize;
  const told = `${Math.round(free / 1_048_576)} MB are free at ${dataFolder}`;
  if (free < minFreeBytes) return failed(`${told}, less than SLUICE_MIN_FREE_BYTES: nothing is read`);
  return free < 4 * minFreeBytes ? warning(`${told}, soon less than SLUICE_MIN_FREE_BYTES`) : ok(told);
}

/** Whether Redis answers, and keeps its jobs. */
export async function checkRedis({ redisUrl, queuePrefix }: Settings): Promise<Finding> {
  const { ok, warning, failed, skipped } = findings('redis');
  if (redisUrl === undefined) return skipped('REDIS_URL is not set; the queue is in the database');
  let last = 'no answer';
  const backend = openRedisBackend(redisUrl, {
    prefix: queuePrefix,
    onError: (error) => {
      last = error.message;
    },
  });
  try {
    for (let tries = 0; tries < REDIS_TRIES && !backend.isUp(); tries += 1) await sleep(REDIS_WAIT_MS);
    const problem = await backend.ping();
    return problem === undefined ? ok('Redis answers and keeps what it gets') : warning(problem);
  } catch {
    return failed(`Redis does not answer: ${last}`);
  } finally {
    await backend.close();
  }
}

/** Settings that work and are dangerous. */
export function checkExposure({ allowPrivateNetworks, host, publicUrl, trustedProxies }: Settings): Finding[] {
  const { ok, warning } = findings('exposure');
  const wide = allowPrivateNetworks.filter((network) => /\/(0|[1-7])$/.test(network));
  const isOpen = !OPEN_HOSTS.has(host);
  const found = [
    ...wide.map((network) =>
      warning(`SLUICE_ALLOW_PRIVATE_NETWORKS lets calls reach all of ${network}; name what is meant`),
    ),
    ...(isOpen && publicUrl === undefined
      ? [warning(`The API listens on ${host} and SLUICE_PUBLIC_URL is not set; put TLS in front of it and set both`)]
      : []),
    ...(publicUrl?.startsWith('http:') === true && isOpen
      ? [warning('SLUICE_PUBLIC_URL is plain http: passwords and sessions can be read on the way')]
      : []),
    ...(publicUrl?.startsWith('https:') === true && trustedProxies.length === 0
      ? [warning('SLUICE_TRUSTED_PROXIES is not set: failed sign-ins of everybody count for the address of the proxy')]
      : []),
  ];
  return found.length > 0 ? found : [ok('Nothing is open that should not be')];
}
