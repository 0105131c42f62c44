import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Connector, loadConnectors } from '../../connector/load.ts';
import { scaffoldConnector } from '../../connector/scaffold.ts';
import { ConfigError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest.ts';
import { CONNECTORS } from '../../server/connector-folder.ts';
import type { Settings } from '../../server/settings.ts';
import { columns } from '../columns.ts';

/**
 * `sluice connector new <name>`: writes the files of a connector to start from.
 *
 * @param folder Where its folder is made.
 * @throws ConfigError ERR_ARGUMENT for a name that is none, ERR_FILE_EXISTS where there is something already.
 */
export function newConnector(name: string, folder: string): string[] {
  const place = path.resolve(folder, name);
  const schemas = path.relative(place, fileURLToPath(new URL('../schemas', CONNECTORS))).replaceAll('\\', '/');
  const files = scaffoldConnector(name, schemas);
  if (existsSync(place)) throw new ConfigError('ERR_FILE_EXISTS', `${place} is there already; choose another name`);
  for (const [file, text] of files) {
    mkdirSync(path.dirname(path.join(place, file)), { recursive: true });
    writeFileSync(path.join(place, file), text, { flag: 'wx' });
  }
  return [
    ...[...files.keys()].map((file) => path.join(folder, name, file)),
    '',
    `Next: npx sluice validate ${path.join(folder, name)}`,
  ];
}

/** `sluice connector list`: every connector there is. */
export function listConnectors(settings: Settings): string[] {
  const rows = [...load(settings).values()].map(({ name, manifest, entities }) => [
    name,
    manifest.title,
    manifest.status,
    `${entities.size}`,
    `${[...entities.values()].reduce((sum, { operations }) => sum + Object.keys(operations).length, 0)}`,
  ]);
  return columns([['connector', 'title', 'status', 'entities', 'operations'], ...rows]);
}

/**
 * `sluice connector show <name> [entity]`: what can be called, in words.
 *
 * @throws ConfigError ERR_ARGUMENT, ERR_ENTITY_UNKNOWN with the nearest name.
 */
export function showConnector(settings: Settings, name: string, entity: string | undefined): string[] {
  const connectors = load(settings);
  const connector = connectors.get(name);
  if (!connector) {
    throw new ConfigError('ERR_ARGUMENT', `There is no connector "${name}"${didYouMean(name, [...connectors.keys()])}`);
  }
  if (entity !== undefined) return showEntity(connector, entity);
  const rows = [...connector.entities.values()].flatMap((each) =>
    Object.entries(each.operations).map(([operation, { title, status }]) => [
      `${each.name}.${operation}`,
      title,
      status === 'stable' ? '' : status,
    ]),
  );
  return [connector.manifest.title, '', ...columns([['call', 'what it does', ''], ...rows])];
}

function showEntity({ name, entities }: Connector, entityName: string): string[] {
  const entity = entities.get(entityName);
  if (!entity) {
    const hint = didYouMean(entityName, [...entities.keys()]);
    throw new ConfigError('ERR_ENTITY_UNKNOWN', `${name} has no entity "${entityName}"${hint}`);
  }
  return Object.entries(entity.operations).flatMap(([operation, manifest]) => [
    `${entity.name}.${operation}  ${manifest.title}`,
    `  ${manifest.method} ${manifest.path}`,
    ...(manifest.note === undefined ? [] : [`  ${manifest.note}`]),
    ...columns(
      [...Object.entries(manifest.pathParameters ?? {}), ...Object.entries(manifest.queryParameters ?? {})].map(
        ([parameter, { type, description = '' }]) => [`  ${parameter}`, type, description],
      ),
    ),
    '',
  ]);
}

function load({ connectorFolders }: Settings): ReadonlyMap<string, Connector> {
  return loadConnectors(fileURLToPath(CONNECTORS), ...connectorFolders);
}
