import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Connector } from '../connector/load.ts';
import { ConfigError } from '../core/errors.ts';
import { hashPassword } from '../core/password-hash.ts';
import { passwordProblem } from '../core/password-rules.ts';
import { createSealer, hashToken } from '../core/sealing.ts';
import { checkClient } from '../connector/check-client.ts';
import { createCallLog } from '../engine/call-log.ts';
import { type ClientHealth, createClientHealth } from '../engine/client-health.ts';
import { type Configuration, createConfiguration } from '../engine/configuration.ts';
import { resealDocument } from '../engine/document-secrets.ts';
import { createDiskGuard, type DiskGuard, isDiskFull } from '../engine/disk-guard.ts';
import { withPauseMemory } from '../http/pause-memory.ts';
import { createFileInbox, type FileInbox } from '../files/inbox/inbox.ts';
import { type AddressGuard, createAddressGuard } from '../http/address-guard.ts';
import { tellNews, type TellDeps } from '../engine/notifications/tell.ts';
import { createDownload } from '../http/download.ts';
import { sleep } from '../http/sleep.ts';
import { createTransport } from '../http/transport.ts';
import type { CallBudget } from '../http/types.ts';
import { createScriptPool, type ScriptPool } from '../programs/pool.ts';
import { publishers } from '../publisher/index.ts';
import { openPostgresBackend, openRedisBackend, type QueueBackend } from '../queue/backend.ts';
import { Queues } from '../queue/queues.ts';
import { startWorkers, type Workers } from '../queue/workers.ts';
import type { Database } from '../store/database.ts';
import { lockFolder } from '../store/folder-lock.ts';
import { openStore, type Store } from '../store/index.ts';
import { openPglite } from '../store/open-pglite.ts';
import { openPostgres } from '../store/open-postgres.ts';
import { subscribers } from '../subscriber/index.ts';
import { transformers } from '../transformers/index.ts';
import { type Template } from '../templates/manifest.ts';
import { loadTemplates } from '../templates/load.ts';
import { TEMPLATES } from './connector-folder.ts';
import { installedConnectors } from './installed-connectors.ts';
import { readAcceptedKeys, readMasterKey, isReserved, type Settings, variableLookup } from './settings.ts';
import type { StepReads } from '../engine/step-session.ts';
import { adoptLinks } from '../engine/target-memory.ts';
import { openPatiently } from './open-patiently.ts';
import { stepReads } from './step-reads.ts';
import { isUserName } from './user-answer.ts';
import { createVariableBook, type VariableBook } from './variable-book.ts';

/** Which parts of the platform a process runs. */
export type Role = 'all' | 'api' | 'worker';

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
  const closers: (() => Promise<void> | void)[] = [() => lock?.release()];
  try {
    const sealer = createSealer(readMasterKey(settings), readAcceptedKeys(settings));
    const opened = options.database ?? (await openDatabase(settings, log));
    closers.unshift(() => opened.close());
    const watching: { disk?: DiskGuard } = {};
    const database = watchErrors(opened, (error) => {
      if (isDiskFull(error)) watching.disk?.noteFull();
    });
    const store = await openStore(database, sealer, resealDocument);
    const steps = stepReads(store);
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
    const { connectors, broken } = installedConnectors(settings.connectorFolders, options.connectorFolder);
    for (const error of broken) {
      log.error({ code: error.code, details: error.details }, `A connector is left out: ${error.message}`);
    }
    const calls = createCallLog(store.recentCalls, (error) => {
      log.warn({ err: error }, 'The last calls of clients could not be kept');
    });
    closers.unshift(() => calls.close());
    const health = createClientHealth({
      incidents: store.incidents,
      check: async (id) => {
        const client = (await configuration.current()).clients.get(id);
        return client && checkClient(client, AbortSignal.timeout(TEST_MS));
      },
      outgoingsOf: async (client) => {
        const { outgoings } = await configuration.current();
        return [...outgoings.values()].filter(({ target }) => target.client === client).map(({ id }) => id);
      },
      firstProbeMs: settings.timing.probeMs,
      log,
      now: Date.now,
      random: Math.random,
    });
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
    const configuration = createConfiguration({
      refreshVariables: variables.refresh,
      documents: store.documents,
      sealer,
      workspace: {
        connectors,
        transformers,
        subscribers,
        publishers,
        scripts,
        environment: settings.environmentName,
        files,
        outputFolders: settings.outputFolders,
        storages: store.storages,
        connect: {
          guard,
          budget: callBudget(store, database),
          watch: {
            tried: (client, outcome) => {
              calls.tried(client, outcome);
            },
            answered: (client) => {
              health.answered(client);
            },
            failed: (client, error, stage) => {
              health.failed(client, error, stage);
            },
          },
          tokens: store.clients,
          details: store.details,
          variable: variables.lookup,
        },
      },
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
      templates: loadTemplates(fileURLToPath(TEMPLATES)),
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

/** A probe waits no longer for a client than this. */
const TEST_MS = 60_000;
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

/** Tells of what statements and transactions throw, and lets it pass. */
function watchErrors(database: Database, onError: (error: unknown) => void): Database {
  const watched = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      onError(error);
      throw error;
    }
  };
  return {
    engine: database.engine,
    queuePool: database.queuePool,
    query: (text, parameters) => watched(database.query(text, parameters)),
    transaction: (work) => watched(database.transaction(work)),
    close: () => database.close(),
  };
}

function watchDisk(
  { dataFolder, minFreeBytes }: Settings,
  { incidents }: Store,
  log: Logger,
  closers: (() => Promise<void> | void)[],
): DiskGuard {
  const disk = createDiskGuard({ folder: dataFolder, minFreeBytes, incidents, log, now: Date.now });
  void disk.check();
  const timer = setInterval(() => void disk.check(), DISK_MS).unref();
  closers.unshift(() => {
    clearInterval(timer);
  });
  return disk;
}

/** An embedded database has one process, which counts places by itself. */
function callBudget({ clients }: Store, { engine }: Database): CallBudget {
  return withPauseMemory(engine === 'pglite' ? { ...clients, lease: undefined } : clients);
}

/** A Redis that throws jobs away costs time, not records; still somebody should know. */
async function warnOfEviction(backend: QueueBackend, log: Logger): Promise<void> {
  const problem = await backend.ping().catch(() => undefined);
  if (problem !== undefined) log.warn({ code: 'ERR_REDIS_EVICTS' }, problem);
}

async function closeAll(
  workers: Workers | undefined,
  closers: readonly (() => Promise<void> | void)[],
  graceMs: number,
): Promise<void> {
  await workers?.stop(graceMs);
  for (const close of closers) await close();
}

/** Split roles share work through server engines; an embedded database belongs to one process. */
function requireSharedEngines({ databaseUrl, redisUrl }: Settings, role: Role): void {
  if (role === 'all' || (databaseUrl !== undefined && redisUrl !== undefined)) return;
  throw new ConfigError(
    'ERR_ROLE_NEEDS_SERVERS',
    `--role ${role} needs DATABASE_URL and REDIS_URL: without them everything runs in one process`,
  );
}

function openDatabase(settings: Settings, log: Logger): Promise<Database> {
  if (settings.databaseUrl === undefined) {
    const folder = path.join(settings.dataFolder, 'postgres');
    mkdirSync(folder, { recursive: true });
    return openPglite(folder);
  }
  const onError = (error: Error): void => {
    log.warn({ err: error }, 'A database connection broke; it is replaced');
  };
  return Promise.resolve(openPostgres(settings.databaseUrl, { onError }));
}

function openBackend(settings: Settings, database: Database, log: Logger): Promise<QueueBackend> {
  const onError = rarely((error) => {
    log.warn({ err: error }, 'The queue reports an error; tasks are safe in the database');
  });
  if (settings.redisUrl === undefined) return openPostgresBackend(database.queuePool, { onError });
  return Promise.resolve(openRedisBackend(settings.redisUrl, { prefix: settings.queuePrefix, onError }));
}

/** Tells the same error twice a minute at most: a queue that is away says so with every try of every connection. */
function rarely(tell: (error: Error) => void): (error: Error) => void {
  const told = new Map<string, number>();
  return (error) => {
    const now = Date.now();
    if (now - (told.get(error.message) ?? -Infinity) < 30_000) return;
    if (told.size > 100) told.clear();
    told.set(error.message, now);
    tell(error);
  };
}

/** On a fresh database makes the first administrator: with the token of SLUICE_TOKEN, or with a new one. */
async function ensureFirstToken(store: Store, given: string | undefined): Promise<string | undefined> {
  if (given !== undefined) {
    if (given.length < 8) throw new ConfigError('ERR_SETTING', 'SLUICE_TOKEN must have 8 characters or more');
    if ((await store.accessTokens.countOthers(LOCAL_TOKEN)) === 0) {
      await store.accessTokens.add('administrator', 'administrator', hashToken(given), Date.now());
    }
    return undefined;
  }
  if ((await store.accessTokens.countOthers(LOCAL_TOKEN)) > 0) return undefined;
  const token = `sluice_${randomBytes(24).toString('base64url')}`;
  await store.accessTokens.add('administrator', 'administrator', hashToken(token), Date.now());
  return token;
}

/** On a fresh database makes the first user, where the environment names one. */
async function ensureFirstUser({ users }: Store, first: Settings['firstUser']): Promise<void> {
  if (!first || (await users.count()) > 0) return;
  const problem = isUserName(first.name) ? passwordProblem(first.password, first.name) : undefined;
  if (!isUserName(first.name))
    throw new ConfigError('ERR_SETTING', 'SLUICE_ADMIN_NAME is no name that a user can have');
  if (problem !== undefined) throw new ConfigError('ERR_SETTING', `SLUICE_ADMIN_PASSWORD ${problem}`);
  const entry = { actor: '(start)', address: null, action: 'user.create', subject: `user/${first.name}` };
  await users.addFirst(
    { name: first.name, role: 'administrator', password: await hashPassword(first.password) },
    entry,
  );
}

/** Name of the tokens that processes make for command lines beside them. */
export const LOCAL_TOKEN = 'command line';

/** Command lines of the folder's owner may use the API without being told a token: who reads the folder owns it. */
async function issueLocalToken(store: Store): Promise<string> {
  const token = `local_${randomBytes(24).toString('base64url')}`;
  await store.accessTokens.add(LOCAL_TOKEN, 'administrator', hashToken(token), Date.now());
  return token;
}
