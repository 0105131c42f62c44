/**
 * Processor time that this process has used, milliseconds. How long something takes is told by it, not by a clock: others
 * on the machine, and a machine that stands still, do not count.
 */
export function cpuTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
