import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { IncidentStore } from './client-health.ts';
import type { Log } from './deps.ts';

/** How space on the disks stands, for those who read or show it. */
export interface DiskGuard {
  /** Whether reading has to wait: what is read would find no place. */
  isLow(): boolean;
  /** Bytes free where the data folder is; undefined where that cannot be told. */
  freeBytes(): number | undefined;
  /** The database says that its disk is full. */
  noteFull(): void;
  /** Looks again. */
  check(): Promise<void>;
}

export interface DiskGuardDeps {
  /** Folder whose disk is watched. */
  readonly folder: string;
  readonly minFreeBytes: number;
  readonly incidents: Pick<IncidentStore, 'begin' | 'end'>;
  readonly log: Log;
  readonly now: () => number;
  /** Bytes that are free; asks the system unless given. */
  readonly free?: (folder: string) => Promise<number | undefined>;
}

/** After the database refused a write for want of space, reading rests for so long; then it is tried again. */
const FULL_MS = 15_000;
/** Reading goes on only with some more than the least, so that it does not stop and go. */
const ENOUGH = 1.1;

/** Watches the space of one process's disk, and what its database says of its own. */
export function createDiskGuard(deps: DiskGuardDeps): DiskGuard {
  const { folder, minFreeBytes, now, free = freeBytesOf } = deps;
  const subject = `disk/${hostname()}`;
  let available: number | undefined;
  let fullUntil = 0;
  let isLow = false;
  // What a process before this one said may be open still.
  let isKnown = false;

  const judge = async (): Promise<void> => {
    const wanted = isLow ? minFreeBytes * ENOUGH : minFreeBytes;
    const wasLow = isLow;
    isLow = fullUntil > now() || (available !== undefined && available < wanted);
    if (isKnown && isLow === wasLow) return;
    isKnown = true;
    if (isLow) await begin(deps, subject, explain(deps, available));
    else await end(deps, subject);
  };
  return {
    isLow: () => isLow,
    freeBytes: () => available,
    noteFull: () => {
      fullUntil = now() + FULL_MS;
      void judge();
    },
    async check() {
      available = await free(folder);
      await judge();
    },
  };
}

/** Whether an error of the database, or of the system below it, means that a disk is full. */
export function isDiskFull(error: unknown): boolean {
  const { code, message = '' } = error as { code?: unknown; message?: string };
  return code === '53100' || code === 'ENOSPC' || message.includes('No space left on device');
}

async function begin({ incidents, log, now }: DiskGuardDeps, subject: string, message: string): Promise<void> {
  const incident = { subject, state: 'low-disk' as const, code: 'ERR_DISK_LOW', message, nextProbeAt: now() };
  // On a full disk it may not be possible to write down that the disk is full.
  const isNew = await incidents.begin(incident).catch(() => true);
  if (isNew) log.error({ code: incident.code }, message);
}

async function end({ incidents, log }: DiskGuardDeps, subject: string): Promise<void> {
  const isOver = await incidents.end(subject, 'There is space again').catch(() => true);
  if (isOver) log.info({ subject }, 'There is space on the disk again; reading goes on');
}

function explain({ folder, minFreeBytes }: DiskGuardDeps, available: number | undefined): string {
  const isOurs = available !== undefined && available < minFreeBytes;
  const what = isOurs
    ? `The disk of ${folder} has ${available} bytes left, less than SLUICE_MIN_FREE_BYTES (${minFreeBytes})`
    : 'The database reports that its disk is full';
  return `${what}: nothing is read from sources until there is space; publishing and the API go on`;
}

/** A folder that is not there has no disk to watch. */
async function freeBytesOf(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
