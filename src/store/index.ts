import type { Sealer } from '../core/sealing.ts';
import { accessTokenRepository } from './access-tokens.ts';
import { openAuditTrail } from './audit.ts';
import { backlogRepository } from './backlog.ts';
import { clientStateRepository } from './client-state.ts';
import type { Database } from './database.ts';
import { bulkActionRepository } from './bulk-actions.ts';
import { deliveryRepository } from './deliveries.ts';
import { detailRepository } from './details.ts';
import { documentRepository } from './documents.ts';
import { draftRepository } from './drafts.ts';
import { fileRepository } from './files.ts';
import { incidentRepository } from './incidents.ts';
import { errorGroupRepository } from './error-groups.ts';
import { keyRepository, type ResealDocument } from './keys.ts';
import { linkRepository } from './links.ts';
import { maintenanceRepository } from './maintenance.ts';
import { migrate } from './migrations.ts';
import { notificationRepository } from './notifications.ts';
import { recentCallRepository } from './recent-calls.ts';
import { runRepository } from './runs.ts';
import { scheduleRepository } from './schedules.ts';
import { sessionRepository } from './sessions.ts';
import { checkMasterKey } from './settings.ts';
import { signInRepository } from './sign-ins.ts';
import { storageRepository } from './storages.ts';
import { taskRepository } from './tasks.ts';
import { throttleRepository } from './throttle.ts';
import { unmatchedRepository } from './unmatched.ts';
import { userRepository } from './users.ts';
import { variableRepository } from './variables.ts';
import { versionRepository } from './versions.ts';
import { workerRepository } from './workers.ts';

/**
 * Everything that is kept, over one database. Closing the database is its opener's.
 *
 * @throws ConfigError ERR_KEY_WRONG before anything else is touched; ERR_DATABASE_NEWER.
 */
export async function openStore(database: Database, sealer: Sealer, resealDocument: ResealDocument = unchanged) {
  await migrate(database);
  await checkMasterKey(database, sealer);
  const audit = await openAuditTrail(database, sealer);
  return {
    audit,
    users: userRepository(database, audit),
    sessions: sessionRepository(database, audit),
    throttle: throttleRepository(database),
    documents: documentRepository(database, audit),
    versions: versionRepository(database),
    drafts: draftRepository(database, sealer),
    variables: variableRepository(database, sealer, audit),
    keys: keyRepository(database, sealer, resealDocument),
    accessTokens: accessTokenRepository(database, audit),
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
    notifications: notificationRepository(database),
    schedules: scheduleRepository(database),
    storages: storageRepository(database),
    unmatched: unmatchedRepository(database),
    files: fileRepository(database),
    maintenance: maintenanceRepository(database),
  };
}

export type Store = Awaited<ReturnType<typeof openStore>>;

/** For stores without documents that hold secrets. */
function unchanged(body: string): string {
  return body;
}
