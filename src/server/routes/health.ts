import { setTimeout as wait } from 'node:timers/promises';
import type { Api } from '../api.ts';
import type { Platform } from '../platform.ts';
import { RequestError } from '../request-error.ts';

/** A part that takes longer to answer is not ready. */
const PATIENCE_MS = 3000;

/** `/healthz` and `/readyz`, for whatever watches the process. */
export function healthRoutes(api: Api, { store, backend, disk, log }: Platform): void {
  api.get(
    '/healthz',
    { config: { permission: 'public' }, schema: { tags: ['health'], summary: 'Whether the process is alive' } },
    (_request, reply) => reply.send({ status: 'ok' }),
  );

  api.get(
    '/readyz',
    { config: { permission: 'public' }, schema: { tags: ['health'], summary: 'Whether database and queue answer' } },
    async () => {
      const [database, queue] = await Promise.all([
        answers(() => store.maintenance.ping(), 'database', log),
        answers(() => backend.ping(), 'queue', log),
      ]);
      const parts = { database, queue, disk: disk.isLow() ? 'low' : 'ok' };
      const silent = (['database', 'queue'] as const).filter((part) => parts[part] === 'no answer');
      if (silent.length === 0) {
        return { status: Object.values(parts).every((part) => part === 'ok') ? 'ok' : 'degraded', ...parts };
      }
      const details = { status: 'degraded', ...parts };
      throw new RequestError(503, 'ERR_NOT_READY', `No answer from the ${silent.join(' and ')}`, details);
    },
  );
}

/** Why a part does not answer stands in the log only: addresses are nobody's business who has no token. */
async function answers(ping: () => Promise<unknown>, part: string, log: Platform['log']): Promise<string> {
  const patience = new AbortController();
  try {
    const problem = await Promise.race([
      ping(),
      wait(PATIENCE_MS, undefined, { signal: patience.signal, ref: false }).then(() => {
        throw new Error(`No answer within ${PATIENCE_MS} ms`);
      }),
    ]);
    return typeof problem === 'string' ? problem : 'ok';
  } catch (error) {
    log.warn({ part, err: error }, 'A part of the platform does not answer');
    return 'no answer';
  } finally {
    patience.abort();
  }
}
