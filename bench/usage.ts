/** What something cost this process. */
export interface Usage {
  readonly seconds: number;
  /** User and system time of this process; servers and the sandbox are other processes. */
  readonly cpuSeconds: number;
  /** Largest resident memory since this process began. */
  readonly peakMegabytes: number;
}

const SAMPLE_MS = 50;
const MEGABYTE = 1024 * 1024;

/**
 * Begins to measure.
 *
 * @returns Ends it and tells the usage.
 */
export function startMeasuring(): () => Usage {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  let peakBytes = process.memoryUsage.rss();
  const sampling = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, SAMPLE_MS);
  return () => {
    clearInterval(sampling);
    const { user, system } = process.cpuUsage(cpuBefore);
    // The system's own peak, in KiB, sees what falls between two samples.
    const highest = Math.max(peakBytes, process.resourceUsage().maxRSS * 1024);
    return {
      seconds: (performance.now() - startedAt) / 1000,
      cpuSeconds: (user + system) / 1e6,
      peakMegabytes: highest / MEGABYTE,
    };
  };
}
