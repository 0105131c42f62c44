import type { Role } from '../../server/open-engines.ts';
import { readSettings } from '../../server/settings.ts';
import { announceToken } from '../api.ts';
import { boundHeap } from '../bound-heap.ts';
import { createLog, serve, type Serving } from '../serve.ts';

/** How long what is being published may take to finish after the first signal. */
const GRACE_MS = 20_000;

/** `sluice start`: runs until a signal; the first stops in order, the second at once. */
export async function start({ role }: { role: Role }): Promise<void> {
  boundHeap();
  const settings = readSettings(process.env);
  const log = createLog(settings.logLevel);
  const serving = await serve(settings, { role, log, host: settings.host, port: settings.port });
  if (serving.platform.newToken !== undefined) announceToken(serving.platform.newToken);
  const engines = `${settings.databaseUrl === undefined ? 'embedded' : 'server'} database, queue on ${settings.redisUrl === undefined ? 'the database' : 'Redis'}`;
  log.info({ role, engines }, serving.url === '' ? 'Sluice worker is ready' : `Sluice is ready at ${serving.url}`);
  stopOnSignals(serving);
}

/** Keeps the process alive until it is told to stop. */
export function stopOnSignals(serving: Serving, also: () => Promise<void> = () => Promise.resolve()): void {
  let isStopping = false;
  const stop = (signal: string): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    serving.platform.log.info({ signal }, 'Stopping: what is being published may finish');
    serving
      .stop(GRACE_MS)
      .then(also)
      .then(
        () => process.exit(0),
        (error: unknown) => {
          serving.platform.log.error({ err: error }, 'Stopping failed');
          process.exit(1);
        },
      );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stop(signal);
    });
  }
}
