import { readFileSync } from 'node:fs';

/** Linux counts a process's time in hundredths of a second. */
const TICKS_A_SECOND = 100;

/** User and system time of another process so far, in seconds; undefined where the system does not tell by a file. */
export function cpuSecondsOf(pid: number): number | undefined {
  try {
    // The name, in brackets, may hold spaces; user and system time are the 12th and 13th field behind it.
    const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) /u);
    const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
    return (user + system) / TICKS_A_SECOND;
  } catch {
    return undefined;
  }
}
