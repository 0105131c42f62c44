import type { Sealer } from '../core/sealing.ts';
import { backlogRepository } from './backlog.ts';
import { clientStateRepository } from './client-state.ts';
import type { Database } from './database.ts';
import { bulkActionRepository } from './bulk-actions.ts';
import { deliveryRepository } from './deliveries.ts';
import { detailRepository } from './details.ts';
import { documentRepository } from './documents.ts';
import { incidentRepository } from './incidents.ts';
import { errorGroupRepository } from './error-groups.ts';
import { linkRepository } from './links.ts';
import { maintenanceRepository } from './maintenance.ts';
import { migrate } from './migrations.ts';
import { recentCallRepository } from './recent-calls.ts';
import { runRepository } from './runs.ts';
import { scheduleRepository } from './schedules.ts';
import { accessTokenRepository, checkMasterKey } from './settings.ts';
import { signInRepository } from './sign-ins.ts';
import { storageRepository } from './storages.ts';
import { taskRepository } from './tasks.ts';
import { workerRepository } from './workers.ts';

/**
 * Everything that is kept, over one database. Closing the database is its opener's.
 *
 * @throws ConfigError ERR_KEY_WRONG before anything else is touched; ERR_DATABASE_NEWER.
 */
export async function openStore(database: Database, sealer: Sealer) {
  await migrate(database);
  await checkMasterKey(database, sealer);
  return {
    documents: documentRepository(database),
    accessTokens: accessTokenRepository(database),
    clients: clientStateRepository(database, sealer),
    incidents: incidentRepository(database),
    recentCalls: recentCallRepository(database),
    details: detailRepository(database),
    signIns: signInRepository(database, sealer),
    workers: workerRepository(database),
    runs: runRepository(database),
    tasks: taskRepository(database),
    errors: errorGroupRepository(database),
    bulkActions: bulkActionRepository(database),
    deliveries: deliveryRepository(database),
    backlog: backlogRepository(database),
    links: linkRepository(database),
    schedules: scheduleRepository(database),
    storages: storageRepository(database),
    maintenance: maintenanceRepository(database),
  };
}

export type Store = Awaited<ReturnType<typeof openStore>>;
