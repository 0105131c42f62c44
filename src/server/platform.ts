import type { Logger } from 'pino';
import type { Connector } from '../connector/load.ts';
import { createSealer } from '../core/sealing.ts';
import { createCallLog } from '../engine/call-log.ts';
import type { ClientHealth } from '../engine/client-health.ts';
import type { Configuration } from '../engine/configuration.ts';
import { createDiskGuard, type DiskGuard, isDiskFull } from '../engine/disk-guard.ts';
import { resealDocument } from '../engine/document-secrets.ts';
import { tellNews, type TellDeps } from '../engine/notifications/tell.ts';
import type { StepReads } from '../engine/step-session.ts';
import { adoptLinks } from '../engine/target-memory.ts';
import { createFileInbox, type FileInbox } from '../files/inbox/inbox.ts';
import { type AddressGuard, createAddressGuard } from '../http/address-guard.ts';
import { createDownload } from '../http/download.ts';
import { sleep } from '../http/sleep.ts';
import { createTransport } from '../http/transport.ts';
import { createScriptPool, type ScriptPool } from '../programs/pool.ts';
import type { QueueBackend } from '../queue/backend.ts';
import { Queues } from '../queue/queues.ts';
import { startWorkers, type Workers } from '../queue/workers.ts';
import type { Database } from '../store/database.ts';
import { lockFolder } from '../store/folder-lock.ts';
import { openStore, type Store } from '../store/index.ts';
import type { Template } from '../templates/manifest.ts';
import { ensureFirstToken, ensureFirstUser, issueLocalToken, LOCAL_TOKEN } from './first-access.ts';
import { installedConnectors } from './installed-connectors.ts';
import { openConfiguration, openHealth } from './open-configuration.ts';
import {
  openBackend,
  openDatabase,
  rarely,
  requireSharedEngines,
  type Role,
  warnOfEviction,
  watchErrors,
} from './open-engines.ts';
import { openPatiently } from './open-patiently.ts';
import { isReserved, readAcceptedKeys, readMasterKey, type Settings, variableLookup } from './settings.ts';
import { shippedTemplates } from './shipped-templates.ts';
import { stepReads } from './step-reads.ts';
import { createVariableBook, type VariableBook } from './variable-book.ts';

/** Everything of a running process. */
export interface Platform {
  readonly settings: Settings;
  readonly store: Store;
  /** What steps read. */
  readonly steps: StepReads;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly templates: ReadonlyMap<string, Template>;
  readonly configuration: Configuration;
  /** What documents read by `${NAME}`. */
  readonly variables: VariableBook;
  readonly queues: Queues;
  readonly backend: QueueBackend;
  readonly health: ClientHealth;
  readonly disk: DiskGuard;
  /** Runs the programs of steps. */
  readonly scripts: ScriptPool;
  readonly files: FileInbox;
  /** Tells people what happened. */
  readonly news: Omit<TellDeps, 'configuration'>;
  readonly log: Logger;
  /** The first administrator token, when this start made it up; shown once. */
  readonly newToken: string | undefined;
  /** Makes a token for command lines of this machine. */
  issueLocalToken(): Promise<string>;
  /** Tells command lines that may read the data folder where the API listens. */
  announce(url: string, token: string): void;
  /** Stops workers within the grace, then closes everything. */
  close(graceMs: number): Promise<void>;
}

export interface PlatformOptions {
  readonly role: Role;
  readonly log: Logger;
  readonly connectorFolder?: string;
  /** An embedded database to start from instead of the data folder, for tests. */
  readonly database?: Database;
}

/**
 * Opens database and queue, checks the master key, and starts the workers of the role; begins again while the database
 * is not up, for a minute.
 *
 * @throws ConfigError for settings, key, locked folder, a database that is away, or of a newer version.
 */
export function openPlatform(settings: Settings, options: PlatformOptions): Promise<Platform> {
  const { log } = options;
  return openPatiently(() => openOnce(settings, options), settings.databaseUrl, { sleep, log });
}

async function openOnce(settings: Settings, options: PlatformOptions): Promise<Platform> {
  const { role, log } = options;
  requireSharedEngines(settings, role);
  const lock = settings.databaseUrl === undefined && !options.database ? lockFolder(settings.dataFolder) : undefined;
  const closers: Closer[] = [() => lock?.release()];
  try {
    const { database, sealer, store, disk, backend, queues } = await openEngines(settings, options, closers);
    const steps = stepReads(store);
    const { connectors, broken } = installedConnectors(settings.connectorFolders, options.connectorFolder);
    for (const error of broken) {
      log.error({ code: error.code, details: error.details }, `A connector is left out: ${error.message}`);
    }
    const calls = createCallLog(store.recentCalls, (error) => {
      log.warn({ err: error }, 'The last calls of clients could not be kept');
    });
    closers.unshift(() => calls.close());
    const health = openHealth(settings, store, log, () => configuration.current());
    const scripts = createScriptPool({ size: settings.scriptProcesses });
    closers.unshift(() => scripts.close());
    const guard = createAddressGuard({ allow: settings.allowPrivateNetworks });
    const files = createFileInbox({
      ...settings.files,
      store: store.files,
      download: createDownload(guard),
      now: Date.now,
    });
    const variables = createVariableBook(variableLookup(settings.environment), isReserved, () => store.variables.all());
    const configuration = openConfiguration(settings, database.engine, {
      ...{ store, sealer, connectors, scripts, files, guard, calls, health, variables },
    });
    closers.unshift(() => {
      configuration.close();
    });
    await adoptLinks((await configuration.current()).outgoings.values(), store.links);
    const news = newsOf(settings, store, guard, log);
    closers.unshift(() => {
      news.transport.close();
    });
    if (role !== 'worker') await ensureFirstUser(store, settings.firstUser);
    const newToken = role === 'worker' ? undefined : await ensureFirstToken(store, settings.firstToken);
    const workers =
      role === 'api'
        ? undefined
        : await startWorkers({
            ...{ ...store, store, steps, configuration, queues, backend, health, disk, files, sleep, log, role },
            ...settings.timing,
            retention: settings.retention,
            tellNews: (signal) => tellNews({ ...news, configuration }, signal),
          });
    void warnOfEviction(backend, log);
    return {
      settings,
      store,
      steps,
      connectors,
      get templates() {
        return shippedTemplates();
      },
      configuration,
      queues,
      backend,
      health,
      disk,
      scripts,
      files,
      news,
      variables,
      log,
      newToken,
      issueLocalToken: () => issueLocalToken(store),
      announce: (url, token) => lock?.announce(url, token),
      close: (graceMs) => closeAll(workers, closers, graceMs),
    };
  } catch (error) {
    for (const close of closers) await close();
    throw error;
  }
}

/** Ends something; those that were opened last are ended first. */
type Closer = () => Promise<void> | void;

/** Database, store and queue, with the watch over the disk that they are on. */
async function openEngines(settings: Settings, options: PlatformOptions, closers: Closer[]) {
  const { log } = options;
  const sealer = createSealer(readMasterKey(settings), readAcceptedKeys(settings));
  const opened = options.database ?? (await openDatabase(settings, log));
  closers.unshift(() => opened.close());
  const watching: { disk?: DiskGuard } = {};
  const database = watchErrors(opened, (error) => {
    if (isDiskFull(error)) watching.disk?.noteFull();
  });
  const store = await openStore(database, sealer, resealDocument);
  const disk = watchDisk(settings, store, log, closers);
  watching.disk = disk;
  // Nobody else can have this database open, so every lease in it is of a process that is gone.
  if (database.engine === 'pglite') await store.workers.evictAll();
  // Local tokens live as long as their process; a day is for those that were killed.
  await store.accessTokens.expire(LOCAL_TOKEN, database.engine === 'pglite' ? 0 : 86_400_000);
  const backend = await openBackend(settings, database, log);
  closers.unshift(() => backend.close());
  const queues = new Queues(
    backend,
    rarely((error) => {
      log.warn({ err: error }, 'A job could not be added; the reconciler adds it as soon as the queue is back');
    }),
  );
  closers.unshift(() => queues.close());
  return { database, sealer, store, disk, backend, queues };
}

/** How often free space is looked at. */
const DISK_MS = 2000;

/** Longest call that tells people something. */
const NEWS_CALL = { connectMs: 10_000, headersMs: 30_000, idleMs: 30_000, totalMs: 60_000 } as const;
const NEWS_ANSWER_BYTES = 65_536;

/** Messages go where calls of clients may go, and no further. */
function newsOf(settings: Settings, store: Store, guard: AddressGuard, log: Logger) {
  const { publicUrl, host, port, environmentName } = settings;
  return {
    store: store.notifications,
    transport: createTransport({ guard, timeouts: NEWS_CALL, maxBodyBytes: NEWS_ANSWER_BYTES }),
    sender: { environment: environmentName ?? '', publicUrl: publicUrl ?? `http://${host}:${port}` },
    log,
    now: Date.now,
  };
}

function watchDisk(
  { dataFolder, minFreeBytes }: Settings,
  { incidents }: Store,
  log: Logger,
  closers: Closer[],
): DiskGuard {
  const disk = createDiskGuard({ folder: dataFolder, minFreeBytes, incidents, log, now: Date.now });
  void disk.check();
  const timer = setInterval(() => void disk.check(), DISK_MS).unref();
  closers.unshift(() => {
    clearInterval(timer);
  });
  return disk;
}

async function closeAll(workers: Workers | undefined, closers: readonly Closer[], graceMs: number): Promise<void> {
  await workers?.stop(graceMs);
  for (const close of closers) await close();
}
