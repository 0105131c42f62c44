import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { type Problem, problemLines } from '../core/validation.ts';
import { createFiles, type Files, type FileProblems, readConnector, reading } from './connector-files.ts';
import { linkProblems } from './link/index.ts';
import type { ConnectorManifest, EntityManifest } from './manifest-schema.ts';
import { MapWhenAsked } from './when-asked.ts';

export { type FileProblems, readJsonFile } from './connector-files.ts';

/** A connector as loaded: checked, defaults filled in, references resolved. */
export interface Connector {
  readonly name: string;
  readonly manifest: ConnectorManifest;
  readonly entities: ReadonlyMap<string, EntityManifest>;
}

/**
 * Loads every connector below the folders; a subfolder without connector.json is passed over.
 *
 * @throws ConfigError ERR_MANIFEST that names file, path and the nearest valid key; ERR_CONNECTOR_TWICE.
 */
export function loadConnectors(...folders: readonly string[]): ReadonlyMap<string, Connector> {
  const places = findConnectors(folders);
  const files = createFiles(places);
  const names = [...places.keys()].sort();
  return new Map(names.map((name) => [name, load(places.get(name) ?? '', files)]));
}

/**
 * Finds the connectors that come along and those of further folders. Those that come along are a thousand files that
 * were checked before they came: each is loaded, and checked again, when somebody asks for it. One's own are loaded at
 * once; one that is wrong keeps nobody from starting: it is left out and told.
 *
 * @throws ConfigError ERR_CONNECTOR_TWICE; the map throws ERR_MANIFEST for one that comes along and is wrong.
 */
export function loadWithOwn(
  builtIn: string,
  own: readonly string[],
): { connectors: ReadonlyMap<string, Connector>; broken: readonly ConfigError[] } {
  const files = createFiles(findConnectors([builtIn, ...own]));
  const loaded = new Map<string, Connector>();
  const names: string[] = [];
  const broken: ConfigError[] = [];
  for (const [name, place] of [...files.places].sort(([a], [b]) => (a < b ? -1 : 1))) {
    try {
      const isOwn = path.dirname(place) !== path.normalize(builtIn).replace(/[\\/]+$/, '');
      if (isOwn) loaded.set(name, load(place, files));
      names.push(name);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      broken.push(error);
    }
  }
  const connectors = new MapWhenAsked(names, (name) => loaded.get(name) ?? load(files.places.get(name) ?? '', files));
  return { connectors, broken };
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
  return load(path.resolve(folder), filesAround(folder, others));
}

/** Loads one connector as far as it can be, and lists what is wrong in all of its files. */
export function inspectConnector(folder: string, ...others: readonly string[]): Inspected {
  return inspect(path.resolve(folder), filesAround(folder, others));
}

/** A connector, or what is wrong with it, file by file. */
export interface Inspected {
  /** Its own folder, then those of the connectors that it extends. */
  readonly folders: readonly string[];
  /** Undefined where there are problems. */
  readonly connector: Connector | undefined;
  readonly problems: readonly FileProblems[];
}

function filesAround(folder: string, others: readonly string[]): Files {
  const beside = path.dirname(path.resolve(folder));
  const elsewhere = [...new Set(others.map((each) => path.resolve(each)))].filter((each) => each !== beside);
  const folders = [...elsewhere, beside].filter((each) => existsSync(each));
  return createFiles(new Map(folders.flatMap((each) => [...findConnectors([each])])));
}

function load(folder: string, files: Files): Connector {
  const { connector, problems } = inspect(folder, files);
  const [first] = problems;
  if (!first && connector) return connector;
  const { file, code, problems: found } = first ?? { file: folder, code: 'ERR_MANIFEST', problems: [] };
  throw new ConfigError(code, `${file}: ${problemLines(found).join('; ')}`, { details: { file, problems: found } });
}

function inspect(folder: string, files: Files): Inspected {
  const problems: FileProblems[] = [];
  const written = reading(problems, () => readConnector(folder, files, []));
  if (!written) return { folders: [folder], connector: undefined, problems };
  problems.push(...written.problems);
  const { manifest, entities, folders } = written;
  if (!manifest) return { folders, connector: undefined, problems };
  const file = path.join(folder, 'connector.json');
  problems.push(...ownProblems(folder, file, manifest, written.entities.size + written.broken.length));
  const connector = { name: manifest.name, manifest, entities };
  const around = surroundings(connector, files);
  const checked = new Map([...entities].filter(([, entity]) => files.linked.get(entity) !== around));
  for (const { file: where, entity, problems: found } of linkProblems({ ...connector, checked })) {
    const real = found.filter(({ message }) => !isAboutBroken(message, written.broken));
    if (real.length > 0) problems.push({ file: path.join(folder, where), code: 'ERR_MANIFEST', problems: real });
    const clean = found.length === 0 && entity !== undefined ? entities.get(entity) : undefined;
    if (clean) files.linked.set(clean, around);
  }
  return { folders, connector: problems.length > 0 ? undefined : connector, problems };
}

/**
 * Everything outside an entity that can make it right or wrong. Sister products share hundreds of entities: what was
 * found right in the same surroundings is not looked at again.
 */
function surroundings({ manifest, entities }: Omit<Connector, 'name'>, files: Files): string {
  const { parameters, derive = {}, paginators = {}, budgets = {} } = manifest;
  const secrets = Object.entries(parameters).map(([name, { secret }]) => [name, secret]);
  const written = [...files.read.values()];
  const origins = [...entities].map(([name, entity]) => [
    name,
    written.findIndex((each) => each.entities.get(name) === entity),
  ]);
  return JSON.stringify([secrets, Object.keys(derive), paginators, Object.keys(budgets), origins]);
}

function ownProblems(folder: string, file: string, manifest: ConnectorManifest, entities: number): FileProblems[] {
  const problems: Problem[] = [];
  if (manifest.name !== path.basename(folder)) {
    problems.push({ path: 'name', message: `must be the folder's name, "${path.basename(folder)}"` });
  }
  if (entities === 0 && !manifest.clientEntities) {
    const message = `${path.join(folder, 'entities')} is missing or empty: a connector has one file there for each entity`;
    problems.push({ path: '', message });
  }
  return problems.length > 0 ? [{ file, code: 'ERR_MANIFEST', problems }] : [];
}

/** What names an entity whose own file is wrong is right once that file is. */
function isAboutBroken(message: string, broken: readonly string[]): boolean {
  return broken.some((name) => message.startsWith(`unknown entity "${name}"`));
}
