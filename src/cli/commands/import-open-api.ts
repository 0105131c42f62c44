import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJsonFile } from '../../connector/load.ts';
import type { EntityManifest } from '../../connector/manifest-schema.ts';
import { type Comparison, compareEntities } from '../../connector/open-api/compare.ts';
import { factsOnly } from '../../connector/open-api/facts-only.ts';
import { formatJson } from '../../connector/open-api/format-json.ts';
import { type ImportReport, importOpenApi } from '../../connector/open-api/import.ts';
import { knownNames } from '../../connector/open-api/known-names.ts';
import { signInNames, starterConnector } from '../../connector/open-api/starter.ts';
import { ConfigError } from '../../core/errors.ts';
import { isObject } from '../../core/record.ts';
import { CONNECTORS } from '../../server/connector-folder.ts';

export interface ImportOptions {
  readonly overlay?: string;
  /** Folder of the connector. */
  readonly out: string;
  /** Name of the connector; by default the folder's. */
  readonly name?: string;
  readonly dryRun: boolean;
  /** Where a copy of the document with nothing but facts is written. */
  readonly writeSource?: string;
}

/**
 * `sluice import openapi`: makes or updates the entities of a connector from an OpenAPI file.
 *
 * @throws ConfigError ERR_JSON_SYNTAX, ERR_FILE_UNREADABLE, ERR_OPENAPI, ERR_OVERLAY, ERR_ARGUMENT
 */
export function importConnector(file: string, options: ImportOptions): string[] {
  const name = connectorName(options);
  const document = readJsonFile(file);
  const overlay = options.overlay === undefined ? {} : readJsonFile(options.overlay);
  const before = readEntities(path.join(options.out, 'entities'));
  const { entities, report } = importOpenApi(document, overlay, knownNames(before.values()));
  const files: { file: string; content: unknown }[] = [...entities].map(([entity, manifest]) => ({
    file: path.join(options.out, 'entities', `${entity}.json`),
    content: { ...manifest, $schema: schemaFrom(path.join(options.out, 'entities'), 'entity.json') },
  }));
  const connectorFile = path.join(options.out, 'connector.json');
  const isNew = !existsSync(connectorFile);
  if (isNew)
    files.push({
      file: connectorFile,
      content: { ...starterConnector(document, name), $schema: schemaFrom(options.out, 'connector.json') },
    });
  if (options.writeSource !== undefined) {
    files.push({ file: options.writeSource, content: factsOnly(document, `${name}: facts of its OpenAPI file`) });
  }
  if (!options.dryRun) for (const each of files) writeJson(each.file, each.content);
  return [
    ...describeImport(report, compareEntities(before, entities)),
    ...(isNew ? [`${connectorFile} is new: complete its sign-in (${signIns(document)}), limits and paginators`] : []),
    options.dryRun ? 'Nothing was written' : `Written to ${options.out}`,
  ];
}

/** Where a schema is, as seen from a folder, so that editors complete the files in it. */
function schemaFrom(folder: string, schema: string): string {
  const file = fileURLToPath(new URL(`../schemas/${schema}`, CONNECTORS));
  return path.relative(path.resolve(folder), file).replaceAll('\\', '/');
}

function connectorName({ name, out }: ImportOptions): string {
  const chosen = name ?? path.basename(path.resolve(out));
  if (/^[a-z0-9][a-z0-9-]*$/.test(chosen) && chosen === path.basename(path.resolve(out))) return chosen;
  throw new ConfigError(
    'ERR_ARGUMENT',
    `"${chosen}" cannot be the connector's name: lower-case letters, digits and hyphens, and the same as its folder, "${path.basename(path.resolve(out))}"`,
  );
}

/** Entities as they stand in the folder, unchecked: a file that is no entity counts as not there. */
function readEntities(folder: string): ReadonlyMap<string, EntityManifest> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(
    files.sort().flatMap((name): [string, EntityManifest][] => {
      const value = readJsonFile(path.join(folder, name));
      return isObject(value) && isObject(value['operations'])
        ? [[name.slice(0, -'.json'.length), value as unknown as EntityManifest]]
        : [];
    }),
  );
}

function writeJson(file: string, content: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, formatJson(content));
}

function signIns(document: unknown): string {
  const names = signInNames(document).filter((name) => name !== '');
  return names.length === 0 ? 'the document names none' : `the document names ${names.join(', ')}`;
}

/** The report as lines for a person. */
function describeImport(report: ImportReport, { added, changed, gone, goneEntities }: Comparison): string[] {
  return [
    `${report.operations} operations of ${report.entities} entities: ${added.length} new, ${changed.length} changed, ${gone.length} gone`,
    ...section('new', added),
    ...section('changed', changed),
    ...section('gone', gone),
    ...section('not in the document any more, the file stays', goneEntities),
    ...section('one page only, nobody states how it is paged', report.onePageOnly),
    ...section(
      'skipped',
      report.skipped.map(({ what, why }) => `${what}: ${why}`),
    ),
  ];
}

/** At most so many lines of each kind: a first import would fill the screen. */
const SHOWN = 20;

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > SHOWN ? [`  … and ${lines.length - SHOWN} more`] : [];
  return [`${title} (${lines.length}):`, ...lines.slice(0, SHOWN).map((line) => `  ${line}`), ...more];
}
