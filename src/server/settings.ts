import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseDuration } from '../core/duration.ts';
import { ConfigError } from '../core/errors.ts';
import { MCP_MODES, type McpMode } from './mcp/tool.ts';
import { type OidcSettings, readOidcSettings } from './oidc-settings.ts';
import { readRedisAddress } from '../queue/redis-address.ts';

/** What the environment says. */
export interface Settings {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  /** Where browsers reach the API, without a slash at the end; undefined: where it listens. */
  readonly publicUrl: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly queuePrefix: string;
  readonly firstToken: string | undefined;
  readonly allowPrivateNetworks: readonly string[];
  /** Folders with connectors besides those that come along; one that does not exist holds none. */
  readonly connectorFolders: readonly string[];
  readonly files: FileSettings;
  /** Folders that publishers may write files into, with all that is below. */
  readonly outputFolders: readonly string[];
  readonly logLevel: string;
  /** Bytes that have to be free where the data folder is, or reading rests. */
  readonly minFreeBytes: number;
  /** Proxies whose word counts about who asks, and whether by TLS; addresses and networks. */
  readonly trustedProxies: readonly string[];
  readonly sessions: SessionLife;
  /** The first user of a fresh database. */
  readonly firstUser: { readonly name: string; readonly password: string } | undefined;
  /** Most processes that run programs of steps at a time. */
  readonly scriptProcesses: number;
  /** What tools of the Model Context Protocol may do. */
  readonly mcp: McpMode;
  /** Where people sign in besides here. */
  readonly oidc: OidcSettings | undefined;
  readonly timing: Timing;
  readonly retention: Retention;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Name of the environment, for documents that differ between environments. */
  readonly environmentName: string | undefined;
}

/** Files that incomings read. */
interface FileSettings {
  /** Where they are kept until some time after they were read; shared by all processes. */
  readonly folder: string;
  readonly maxBytes: number;
  readonly keepMs: number;
  /** Folders of the server that incomings may take files from. */
  readonly roots: readonly string[];
}

/** Times and counts that decide when something is taken for broken. */
interface Timing {
  /** A worker that does not renew its lease for so long is taken for dead. */
  readonly leaseMs: number;
  /** First wait before a client that cannot sign in is tried again. */
  readonly probeMs: number;
  /** Deaths of workers over one record after which it is failed. */
  readonly maxWorkerDeaths: number;
}

/** How long and how much of finished history is kept. */
interface Retention {
  readonly restMs: number;
  readonly failedMs: number;
  readonly maxTasks: number;
  readonly maxRuns: number;
  readonly maxBytes: number;
  readonly auditMs: number;
  /** Time between two times that history is cleared. */
  readonly everyMs: number;
}

/** How long sessions of browsers live: without a request, and altogether. */
interface SessionLife {
  readonly idleMs: number;
  readonly totalMs: number;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * Reads the settings of design: environment variables.
 *
 * @throws ConfigError ERR_SETTING that names the variable.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const get = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const logLevel = get('SLUICE_LOG_LEVEL') ?? 'info';
  if (!LOG_LEVELS.includes(logLevel)) throw setting('SLUICE_LOG_LEVEL', logLevel, `one of ${LOG_LEVELS.join(', ')}`);
  const dataFolder = path.resolve(get('SLUICE_DATA') ?? 'data');
  const connectorFolders = get('SLUICE_CONNECTORS')?.split(path.delimiter) ?? [path.join(dataFolder, 'connector')];
  return {
    dataFolder,
    connectorFolders: connectorFolders.map((folder) => path.resolve(folder)),
    host: get('HOST') ?? '127.0.0.1',
    port: readPort(get('PORT') ?? '8080'),
    publicUrl: readPublicUrl(get('SLUICE_PUBLIC_URL')),
    databaseUrl: readUrl('DATABASE_URL', get('DATABASE_URL'), ['postgres:', 'postgresql:']),
    redisUrl: readRedisUrl(get('REDIS_URL')),
    queuePrefix: get('SLUICE_QUEUE_PREFIX') ?? 'sluice',
    firstToken: get('SLUICE_TOKEN'),
    allowPrivateNetworks: readList(get('SLUICE_ALLOW_PRIVATE_NETWORKS')),
    files: {
      folder: path.resolve(get('SLUICE_FILES') ?? path.join(dataFolder, 'files')),
      maxBytes: readNumber('SLUICE_MAX_FILE_BYTES', get('SLUICE_MAX_FILE_BYTES'), 1_073_741_824, 1),
      keepMs: readTime('SLUICE_KEEP_FILES', get('SLUICE_KEEP_FILES'), '7d', 0),
      roots: (get('SLUICE_FOLDERS')?.split(path.delimiter) ?? []).map((folder) => path.resolve(folder)),
    },
    outputFolders: (get('SLUICE_OUTPUT_FOLDERS')?.split(path.delimiter) ?? [path.join(dataFolder, 'reports')]).map(
      (folder) => path.resolve(folder),
    ),
    logLevel,
    minFreeBytes: readNumber('SLUICE_MIN_FREE_BYTES', get('SLUICE_MIN_FREE_BYTES'), 268_435_456, 0),
    trustedProxies: readList(get('SLUICE_TRUSTED_PROXIES')),
    sessions: {
      idleMs: readTime('SLUICE_SESSION_IDLE', get('SLUICE_SESSION_IDLE'), '12h', 60_000),
      totalMs: readTime('SLUICE_SESSION', get('SLUICE_SESSION'), '7d', 60_000),
    },
    firstUser: readFirstUser(get('SLUICE_ADMIN_NAME'), get('SLUICE_ADMIN_PASSWORD')),
    scriptProcesses: readNumber(
      'SLUICE_SCRIPT_PROCESSES',
      get('SLUICE_SCRIPT_PROCESSES'),
      Math.min(4, Math.max(1, availableParallelism() - 1)),
      1,
    ),
    mcp: readMcpMode(get('SLUICE_MCP')),
    oidc: readOidcSettings(get),
    timing: {
      leaseMs: readTime('SLUICE_LEASE', get('SLUICE_LEASE'), '15s', 1000),
      probeMs: readTime('SLUICE_PROBE', get('SLUICE_PROBE'), '30s', 100),
      maxWorkerDeaths: readNumber('SLUICE_MAX_WORKER_DEATHS', get('SLUICE_MAX_WORKER_DEATHS'), 10, 1),
    },
    retention: {
      restMs: readTime('SLUICE_KEEP', get('SLUICE_KEEP'), '30d', 0),
      failedMs: readTime('SLUICE_KEEP_FAILED', get('SLUICE_KEEP_FAILED'), '90d', 0),
      maxTasks: readNumber('SLUICE_KEEP_TASKS', get('SLUICE_KEEP_TASKS'), 2_000_000, 0),
      maxRuns: readNumber('SLUICE_KEEP_RUNS', get('SLUICE_KEEP_RUNS'), 100_000, 0),
      maxBytes: readNumber('SLUICE_KEEP_BYTES', get('SLUICE_KEEP_BYTES'), 4_294_967_296, 0),
      auditMs: readTime('SLUICE_KEEP_AUDIT', get('SLUICE_KEEP_AUDIT'), '400d', 86_400_000),
      everyMs: readTime('SLUICE_MAINTENANCE', get('SLUICE_MAINTENANCE'), '10m', 1000),
    },
    environment,
    environmentName: readEnvironmentName(get('SLUICE_ENVIRONMENT')),
  };
}

function readMcpMode(text: string | undefined): McpMode {
  const mode = MCP_MODES.find((each) => each === (text ?? 'read'));
  if (mode !== undefined) return mode;
  throw setting('SLUICE_MCP', text, `one of ${MCP_MODES.join(', ')}`);
}

function readEnvironmentName(name: string | undefined): string | undefined {
  if (name === undefined || /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return name;
  throw setting('SLUICE_ENVIRONMENT', name, 'a name of letters, digits, ".", "_" and "-", at most 64');
}

/**
 * The master key: SLUICE_KEY, the file that SLUICE_KEY_FILE names, or, for the embedded database only, a key made on
 * the first start and kept beside it.
 *
 * @throws ConfigError ERR_MASTER_KEY_MISSING with a server database and no key.
 */
export function readMasterKey({ environment, databaseUrl, dataFolder }: Settings): string {
  const direct = environment['SLUICE_KEY']?.trim();
  if (direct) return direct;
  const file = environment['SLUICE_KEY_FILE']?.trim();
  if (file) return readKeyFile(file);
  if (databaseUrl !== undefined) {
    throw new ConfigError(
      'ERR_MASTER_KEY_MISSING',
      'With DATABASE_URL set, SLUICE_KEY or SLUICE_KEY_FILE must hold the master key; make one with "openssl rand -hex 32" and keep it safe',
    );
  }
  const own = path.join(dataFolder, 'sluice.key');
  if (!existsSync(own)) {
    mkdirSync(dataFolder, { recursive: true });
    writeFileSync(own, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    chmodSync(own, 0o600);
  }
  return readKeyFile(own);
}

/**
 * Other master keys that open secrets: SLUICE_KEY_ACCEPTED, or the lines of the file that SLUICE_KEY_ACCEPTED_FILE names.
 * While keys are changed that is the key before, or the one to come.
 */
export function readAcceptedKeys({ environment }: Settings): string[] {
  const direct = environment['SLUICE_KEY_ACCEPTED']?.trim();
  const file = environment['SLUICE_KEY_ACCEPTED_FILE']?.trim();
  const lines = file ? readKeyFile(file).split('\n') : [];
  return [...(direct ? [direct] : []), ...lines.map((line) => line.trim()).filter((line) => line !== '')];
}

/** Names of variables that documents must never read: they hold what protects everything else. */
const RESERVED = /^(SLUICE_|DATABASE_URL$|REDIS_URL$|NODE_|npm_|PATH$|HOME$|LD_)/i;

/** Whether documents must never read a variable of this name. */
export function isReserved(name: string): boolean {
  return RESERVED.test(name);
}

/** Look-up of variables for documents. The platform's own settings are out of reach. */
export function variableLookup(environment: Settings['environment']): (name: string) => string | undefined {
  return (name) => (isReserved(name) ? undefined : environment[name]);
}

function readList(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter((part) => part !== '');
}

/** The password is checked where the user is made; it is never shown. */
function readFirstUser(name = 'admin', password: string | undefined): Settings['firstUser'] {
  return password === undefined ? undefined : { name: name.toLowerCase(), password };
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError('ERR_SETTING', `The key file ${file} cannot be read: ${(error as Error).message}`);
  }
}

function readTime(name: string, text: string | undefined, fallback: string, least: number): number {
  const found = text ?? fallback;
  const ms = /^\d+(ms|s|m|h|d)$/.test(found) ? parseDuration(found) : Number.NaN;
  if (ms >= least) return ms;
  throw setting(name, found, `a time of ${least} ms or more, such as ${fallback}`);
}

function readNumber(name: string, text: string | undefined, fallback: number, least: number): number {
  const number = text === undefined ? fallback : /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least) return number;
  throw setting(name, text, `a whole number of ${least} or more`);
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw setting('PORT', text, 'a port number from 0 to 65535');
  return port;
}

function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url && /^https?:$/.test(url.protocol) && url.search + url.hash + url.username + url.password === '';
  if (!isPlain) throw setting('SLUICE_PUBLIC_URL', undefined, 'an address such as https://sluice.example.com');
  return url.href.replace(/\/+$/, '');
}

function readUrl(name: string, text: string | undefined, protocols: readonly string[]): string | undefined {
  if (text === undefined) return undefined;
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw setting(name, undefined, `an address that begins with ${protocols.map((each) => `${each}//`).join(' or ')}`);
  }
  return text;
}

/** Checked here, so that a mistake is told before anything is opened. Never shown: it may hold a password. */
function readRedisUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const address = readRedisAddress(text);
  if ('problem' in address) throw new ConfigError('ERR_SETTING', `REDIS_URL ${address.problem}`);
  return text;
}

function setting(name: string, value: string | undefined, wanted: string): ConfigError {
  return new ConfigError('ERR_SETTING', `${name} must be ${wanted}${value === undefined ? '' : `, not "${value}"`}`);
}
