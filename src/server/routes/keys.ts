import type { Api } from '../api.ts';
import { auditOf } from '../audit-entry.ts';
import type { Platform } from '../platform.ts';

/** The master key: what it has sealed, and putting that under a new one. */
export function keyRoutes(api: Api, { store: { keys, audit } }: Platform): void {
  api.get(
    '/keys',
    {
      config: { permission: 'keys:rotate' },
      schema: {
        tags: ['access'],
        summary: 'Which master keys are known, and what is sealed with another than the first',
      },
    },
    () => keys.state(),
  );

  api.post(
    '/keys/rotate',
    {
      config: { permission: 'keys:rotate' },
      schema: {
        tags: ['access'],
        summary: 'Seals some of what is under another key with the first one; ask again until it is done',
      },
    },
    async (request) => {
      const changed = await keys.rotate();
      const isDone = changed === 0;
      const entry = auditOf(request, 'keys.rotated', 'keys');
      if (isDone) await keys.end(audit, entry);
      return { changed, isDone };
    },
  );
}
