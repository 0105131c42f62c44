import { openPostgresBackend } from '../../src/queue/backend.ts';
import { migrate } from '../../src/store/migrations.ts';
import { openPglite } from '../../src/store/open-pglite.ts';
import { openPostgres } from '../../src/store/open-postgres.ts';

/**
 * Makes the tables of a database that tests will copy. A process of its own runs it, from the bundle: the tests'
 * transformer does not reach what runs before them.
 *
 * @param place Address of a Postgres database, or folder of an embedded one.
 */
export async function makeTables(place: string, withQueue: boolean): Promise<void> {
  const database = place.startsWith('postgres')
    ? openPostgres(place, { onError: () => undefined })
    : await openPglite(place);
  await migrate(database);
  if (withQueue) await (await openPostgresBackend(database.queuePool, { onError: () => undefined })).close();
  await database.close();
}
