import { checkDatabase } from './check-database.ts';
import { checkDisk, checkExposure, checkKey, checkRedis } from './check-machine.ts';
import type { Settings } from '../settings.ts';
import { attempt, type Finding } from './finding.ts';

/** Looks at everything that an installation stands on, and changes nothing. */
export async function examineInstallation(settings: Settings): Promise<readonly Finding[]> {
  return [
    ...(await attempt('key', () => checkKey(settings))),
    ...(await attempt('disk', () => checkDisk(settings))),
    ...(await attempt('database', () => checkDatabase(settings))),
    ...(await attempt('redis', () => checkRedis(settings))),
    ...(await attempt('exposure', () => checkExposure(settings))),
  ];
}
