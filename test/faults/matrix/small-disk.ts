import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Room for a database and little more. */
const DISK_MB = 160;
/** A container's shared memory is a small disk already, where it may not mount one. */
const SHARED_MEMORY = '/dev/shm';
const SMALL_BYTES = 512 * 1_048_576;

/**
 * Runs `use` with a folder on a file system that is soon full.
 *
 * Where there is none to be had, it says why and runs nothing; in CI that is an error.
 */
export async function withSmallDisk(use: (folder: string) => Promise<void>): Promise<void> {
  const disk = mounted() ?? shared();
  if (disk === undefined) {
    const reason = 'A full disk cannot be tested here: it needs the right to mount, or a small /dev/shm';
    if (process.env['CI'] !== undefined) throw new Error(reason);
    console.warn(reason);
    return;
  }
  try {
    await use(disk.folder);
  } finally {
    disk.remove();
  }
}

interface Disk {
  readonly folder: string;
  readonly remove: () => void;
}

function mounted(): Disk | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-disk-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    remove();
    return undefined;
  }
  return {
    folder,
    remove: () => {
      execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' });
      remove();
    },
  };
}

function shared(): Disk | undefined {
  try {
    const { blocks, bsize } = statfsSync(SHARED_MEMORY);
    if (blocks * bsize > SMALL_BYTES || blocks * bsize < DISK_MB * 1_048_576) return undefined;
    const folder = mkdtempSync(path.join(SHARED_MEMORY, 'sluice-disk-'));
    return {
      folder,
      remove: () => {
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch {
    return undefined;
  }
}
