import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { isDeeperThan } from '../core/nesting.ts';
import { isObject } from '../core/record.ts';
import { checkInPlace, checkSchema, type Problem } from '../core/validation.ts';
import { expandEntity } from './expand.ts';
import { CONNECTOR_SCHEMA, type ConnectorManifest, ENTITY_SCHEMA, type EntityManifest } from './manifest-schema.ts';

/** A longer chain of connectors that extend each other is a mistake. */
const MAX_DEPTH = 5;

/** What is wrong in one file. */
export interface FileProblems {
  readonly file: string;
  /** Code of the error that is thrown for them. */
  readonly code: string;
  readonly problems: readonly Problem[];
}

/** Folders of connectors by name, and files that were read already: several connectors may share them. */
export interface Files {
  readonly places: ReadonlyMap<string, string>;
  readonly read: Map<string, Written>;
  /** Entities without problems, each with the surroundings in which that was found. */
  readonly linked: Map<EntityManifest, string>;
}

/** Remembers the files of one loading. */
export function createFiles(places: ReadonlyMap<string, string>): Files {
  return { places, read: new Map(), linked: new Map() };
}

/** Files of one connector, laid over those of the one that it extends, and each checked against its schema. */
interface Written {
  /** Its own folder, then those of the connectors that it extends. */
  readonly folders: readonly string[];
  readonly source: Readonly<Record<string, unknown>>;
  /** Undefined where connector.json does not pass its schema. */
  readonly manifest: ConnectorManifest | undefined;
  readonly entities: ReadonlyMap<string, EntityManifest>;
  /** Entities whose file does not pass its schema. */
  readonly broken: readonly string[];
  readonly problems: readonly FileProblems[];
}

/**
 * Reads a connector's files.
 *
 * @param chain Connectors that extend this one.
 * @throws ConfigError for what leaves nothing to check: a file that is no JSON, an `extends` that leads nowhere.
 */
export function readConnector(folder: string, files: Files, chain: readonly string[]): Written {
  const known = files.read.get(folder);
  if (known) return known;
  const file = path.join(folder, 'connector.json');
  const own = readManifest(file);
  if (!isObject(own)) throw manifestError(file, { path: '', message: 'must be an object' });
  const { extends: base, ...rest } = own;
  const below = typeof base === 'string' ? baseOf(folder, file, base, files, chain) : undefined;
  const source = below ? (overlay(below.source, rest) as Written['source']) : own;
  const { value, problems } = checkSchema(CONNECTOR_SCHEMA, source);
  const entities = readEntities(path.join(folder, 'entities'));
  const written = {
    folders: [folder, ...(below?.folders ?? [])],
    source,
    manifest: problems.length > 0 ? undefined : (value as ConnectorManifest),
    entities: new Map([...(below?.entities ?? []), ...entities.good]),
    broken: [...(below?.broken ?? []), ...entities.broken],
    problems: [
      // What the other one's connector.json lacks may stand in this one's.
      ...(below?.problems ?? []).filter((each) => path.basename(each.file) !== 'connector.json'),
      ...(problems.length > 0 ? [{ file, code: 'ERR_MANIFEST', problems }] : []),
      ...entities.problems,
    ],
  };
  files.read.set(folder, written);
  return written;
}

/** Runs `read`; a ConfigError becomes problems of its file. */
export function reading<T>(problems: FileProblems[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { file, problems: found } = error.details as Partial<FileProblems>;
    problems.push({ file: file ?? '', code: error.code, problems: found ?? [{ path: '', message: error.message }] });
    return undefined;
  }
}

function baseOf(folder: string, file: string, base: string, files: Files, chain: readonly string[]): Written {
  const names = [...chain, path.basename(folder)];
  if (names.includes(base) || names.length > MAX_DEPTH) {
    throw manifestError(file, { path: 'extends', message: `${[...names, base].join(' → ')} never ends` });
  }
  const place = files.places.get(base);
  if (place === undefined) {
    const message = `there is no connector "${base}"${didYouMean(base, [...files.places.keys()])}`;
    throw manifestError(file, { path: 'extends', message });
  }
  return readConnector(place, files, names);
}

/** Objects are joined key by key, null takes a key away, everything else is replaced. */
function overlay(below: unknown, above: unknown): unknown {
  if (!isObject(below) || !isObject(above)) return above;
  const kept = Object.entries(below).filter(([key]) => !Object.hasOwn(above, key));
  const own = Object.entries(above)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => [key, Object.hasOwn(below, key) ? overlay(below[key], value) : value] as const);
  return Object.fromEntries([...kept, ...own]);
}

interface Entities {
  readonly good: [string, EntityManifest][];
  readonly broken: string[];
  readonly problems: FileProblems[];
}

function readEntities(folder: string): Entities {
  const result: Entities = { good: [], broken: [], problems: [] };
  if (!existsSync(folder)) return result;
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  for (const name of names.sort()) {
    const entity = reading(result.problems, () => readEntity(path.join(folder, name)));
    if (entity) result.good.push([entity.name, entity]);
    else result.broken.push(name.slice(0, -'.json'.length));
  }
  return result;
}

function readEntity(file: string): EntityManifest {
  // Hundreds of files are loaded at each start: nothing is copied that was read just now.
  const { value, problems } = checkInPlace(ENTITY_SCHEMA, readManifest(file));
  if (problems.length > 0) throw manifestError(file, ...problems);
  const entity = expandEntity(value);
  const name = path.basename(file, '.json');
  if (entity.name === name) return entity;
  throw manifestError(file, { path: 'name', message: `must be the file's name, "${name}"` });
}

/** Larger files, and deeper ones, are none that somebody wrote. */
const MOST_BYTES = 5_000_000;
const MOST_DEPTH = 100;

function readManifest(file: string): unknown {
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
  if (size > MOST_BYTES) throw manifestError(file, { path: '', message: `is larger than ${MOST_BYTES / 1e6} MB` });
  const value = readJsonFile(file);
  if (!isDeeperThan(value, MOST_DEPTH)) return value;
  throw manifestError(file, { path: '', message: `is nested deeper than ${MOST_DEPTH} levels` });
}

/**
 * Reads a JSON file.
 *
 * @throws ConfigError ERR_FILE_UNREADABLE or ERR_JSON_SYNTAX with the parser's position.
 */
export function readJsonFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (cause) {
    const isSyntax = cause instanceof SyntaxError;
    const code = isSyntax ? 'ERR_JSON_SYNTAX' : 'ERR_FILE_UNREADABLE';
    const message = `${isSyntax ? 'is not valid JSON' : 'cannot be read'}: ${(cause as Error).message}`;
    const problems = [{ path: '', message }];
    throw new ConfigError(code, `${file} ${message}`, { cause, details: { file, problems } });
  }
}

function manifestError(file: string, ...problems: readonly Problem[]): ConfigError {
  return new ConfigError('ERR_MANIFEST', `${file} is not valid`, { details: { file, problems } });
}
