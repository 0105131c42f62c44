import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { OptionsSchema } from '../core/component.ts';
import { ConfigError, IntegrationError } from '../core/errors.ts';
import { checkSchema, type Problem, throwProblems } from '../core/validation.ts';
import { linkProblems } from './link.ts';
import { CONNECTOR_SCHEMA, type ConnectorManifest, ENTITY_SCHEMA, type EntityManifest } from './manifest-schema.ts';

/** A connector as loaded: checked, defaults filled in, references resolved. */
export interface Connector {
  readonly name: string;
  readonly manifest: ConnectorManifest;
  readonly entities: ReadonlyMap<string, EntityManifest>;
}

/**
 * Loads every connector below a folder; a subfolder without connector.json is passed over.
 *
 * @throws ConfigError ERR_MANIFEST that names file, path and the nearest valid key.
 */
export function loadConnectors(folder: string): ReadonlyMap<string, Connector> {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, 'connector.json')))
    .map((entry) => entry.name);
  return new Map(names.sort().map((name) => [name, loadConnector(path.join(folder, name))]));
}

/**
 * Loads one connector from its folder.
 *
 * @throws ConfigError ERR_MANIFEST that names file, path and the nearest valid key.
 */
export function loadConnector(folder: string): Connector {
  const file = path.join(folder, 'connector.json');
  const manifest = loadManifest(file, CONNECTOR_SCHEMA) as ConnectorManifest;
  if (manifest.name !== path.basename(folder)) {
    throw manifestError(file, [{ path: 'name', message: `must be the folder's name, "${path.basename(folder)}"` }]);
  }
  const entities = new Map(loadEntities(path.join(folder, 'entities')));
  const connector = { name: manifest.name, manifest, entities };
  for (const { file: where, problems } of linkProblems(connector)) {
    if (problems.length > 0) throw manifestError(path.join(folder, where), problems);
  }
  return connector;
}

function loadEntities(folder: string): [string, EntityManifest][] {
  if (!existsSync(folder)) {
    throw new ConfigError('ERR_MANIFEST', `${folder} is missing: a connector has one file there for each entity`);
  }
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => {
    const file = path.join(folder, name);
    const entity = loadManifest(file, ENTITY_SCHEMA) as EntityManifest;
    if (`${entity.name}.json` !== name) {
      throw manifestError(file, [{ path: 'name', message: `must be the file's name, "${name.slice(0, -5)}"` }]);
    }
    return [entity.name, entity];
  });
}

function loadManifest(file: string, schema: OptionsSchema): unknown {
  const { value, problems } = checkSchema(schema, readJsonFile(file));
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
