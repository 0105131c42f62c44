import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { OptionsSchema } from '../core/component.ts';
import { ConfigError, IntegrationError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { isObject } from '../core/record.ts';
import { checkInPlace, checkSchema, type Problem, throwProblems } from '../core/validation.ts';
import { expandEntity } from './expand.ts';
import { linkProblems } from './link/index.ts';
import { CONNECTOR_SCHEMA, type ConnectorManifest, ENTITY_SCHEMA, type EntityManifest } from './manifest-schema.ts';

/** A connector as loaded: checked, defaults filled in, references resolved. */
export interface Connector {
  readonly name: string;
  readonly manifest: ConnectorManifest;
  readonly entities: ReadonlyMap<string, EntityManifest>;
}

/** A longer chain of connectors that extend each other is a mistake. */
const MAX_DEPTH = 5;

/**
 * Loads every connector below the folders; a subfolder without connector.json is passed over.
 *
 * @throws ConfigError ERR_MANIFEST that names file, path and the nearest valid key; ERR_CONNECTOR_TWICE.
 */
export function loadConnectors(...folders: readonly string[]): ReadonlyMap<string, Connector> {
  const places = findConnectors(folders);
  const files: Files = { places, read: new Map() };
  const names = [...places.keys()].sort();
  return new Map(names.map((name) => [name, load(places.get(name) ?? '', files)]));
}

/** Folder of each connector by its name. */
function findConnectors(folders: readonly string[]): Map<string, string> {
  const places = new Map<string, string>();
  for (const folder of folders.filter((each) => existsSync(each))) {
    for (const name of namesIn(folder)) {
      const before = places.get(name);
      const place = path.join(folder, name);
      if (before !== undefined) {
        const message = `There are two connectors "${name}": ${before} and ${place}; give one of them another name`;
        throw new ConfigError('ERR_CONNECTOR_TWICE', message);
      }
      places.set(name, place);
    }
  }
  return places;
}

function namesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, 'connector.json')))
    .map((entry) => entry.name);
}

/**
 * Loads one connector from its folder; what it extends is looked for beside it, then in `others`.
 *
 * @throws ConfigError ERR_MANIFEST that names file, path and the nearest valid key.
 */
export function loadConnector(folder: string, ...others: readonly string[]): Connector {
  const own = path.resolve(folder);
  const beside = path.dirname(own);
  const elsewhere = [...new Set(others.map((each) => path.resolve(each)))].filter((each) => each !== beside);
  const places = new Map(
    [...elsewhere, beside].filter((each) => existsSync(each)).flatMap((each) => [...findConnectors([each])]),
  );
  return load(own, { places, read: new Map() });
}

/** Folders of connectors by name, files as they are written, and checked entities that several connectors share. */
interface Files {
  readonly places: ReadonlyMap<string, string>;
  readonly read: Map<string, Written>;
}

interface Written {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly entities: ReadonlyMap<string, EntityManifest>;
}

function load(folder: string, files: Files): Connector {
  const file = path.join(folder, 'connector.json');
  const written = readConnector(folder, files, []);
  const manifest = checkManifest(file, CONNECTOR_SCHEMA, written.manifest) as ConnectorManifest;
  if (manifest.name !== path.basename(folder)) {
    throw manifestError(file, [{ path: 'name', message: `must be the folder's name, "${path.basename(folder)}"` }]);
  }
  if (written.entities.size === 0 && !manifest.clientEntities) {
    throw new ConfigError(
      'ERR_MANIFEST',
      `${path.join(folder, 'entities')} is missing or empty: a connector has one file there for each entity`,
    );
  }
  const connector = { name: manifest.name, manifest, entities: written.entities };
  for (const { file: where, problems } of linkProblems(connector)) {
    if (problems.length > 0) throw manifestError(path.join(folder, where), problems);
  }
  return connector;
}

/** A connector's files, laid over those of the one that it extends. */
function readConnector(folder: string, files: Files, chain: readonly string[]): Written {
  const known = files.read.get(folder);
  if (known) return known;
  const file = path.join(folder, 'connector.json');
  const own = readJsonFile(file);
  if (!isObject(own)) throw manifestError(file, [{ path: '', message: 'must be an object' }]);
  const entities = new Map(loadEntities(path.join(folder, 'entities')));
  const { extends: base, ...rest } = own;
  const written =
    typeof base === 'string'
      ? extend(rest, entities, baseOf(folder, file, base, files, chain))
      : { manifest: own, entities };
  files.read.set(folder, written);
  return written;
}

function baseOf(folder: string, file: string, base: string, files: Files, chain: readonly string[]): Written {
  const names = [...chain, path.basename(folder)];
  if (names.includes(base) || names.length > MAX_DEPTH) {
    throw manifestError(file, [{ path: 'extends', message: `${[...names, base].join(' → ')} never ends` }]);
  }
  const place = files.places.get(base);
  if (place === undefined) {
    const message = `there is no connector "${base}"${didYouMean(base, [...files.places.keys()])}`;
    throw manifestError(file, [{ path: 'extends', message }]);
  }
  return readConnector(place, files, names);
}

function extend(own: Written['manifest'], entities: Written['entities'], base: Written): Written {
  return {
    manifest: overlay(base.manifest, own) as Written['manifest'],
    entities: new Map([...base.entities, ...entities]),
  };
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

function loadEntities(folder: string): [string, EntityManifest][] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => {
    const file = path.join(folder, name);
    // Hundreds of files are loaded at each start: nothing is copied that was read just now.
    const { value, problems } = checkInPlace(ENTITY_SCHEMA, readJsonFile(file));
    if (problems.length > 0) throw manifestError(file, problems);
    const entity = expandEntity(value);
    if (`${entity.name}.json` !== name) {
      throw manifestError(file, [{ path: 'name', message: `must be the file's name, "${name.slice(0, -5)}"` }]);
    }
    return [entity.name, entity];
  });
}

function checkManifest(file: string, schema: OptionsSchema, source: unknown): unknown {
  const { value, problems } = checkSchema(schema, source);
  if (problems.length > 0) throw manifestError(file, problems);
  return value;
}

/**
 * Reads a JSON file.
 *
 * @throws ConfigError ERR_FILE_UNREADABLE or ERR_JSON_SYNTAX with the parser's position.
 */
export function readJsonFile(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError('ERR_FILE_UNREADABLE', `${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ConfigError('ERR_JSON_SYNTAX', `${file} is not valid JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function manifestError(file: string, problems: readonly Problem[]): ConfigError {
  try {
    throwProblems(file, problems);
  } catch (error) {
    if (error instanceof IntegrationError) {
      return new ConfigError('ERR_MANIFEST', error.message, { details: { file, problems } });
    }
    throw error;
  }
  return new ConfigError('ERR_MANIFEST', `${file} is not valid`);
}
