import { fileURLToPath } from 'node:url';
import { loadConnectors } from '../src/connector/load.ts';
import { CONNECTORS } from '../src/server/connector-folder.ts';
import type { LoadingReport } from './messages.ts';
import { answerParent } from './processes.ts';

const MEGABYTE = 1024 * 1024;

/** Loads all connectors that come along, in a process that has not loaded any before. */
function measureLoading(): LoadingReport {
  const before = process.memoryUsage.rss();
  const startedAt = performance.now();
  const connectors = loadConnectors(fileURLToPath(CONNECTORS));
  const seconds = (performance.now() - startedAt) / 1000;
  return { connectors: connectors.size, seconds, megabytes: (process.memoryUsage.rss() - before) / MEGABYTE };
}

answerParent(() => Promise.resolve(measureLoading()));
