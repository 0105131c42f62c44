import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConnectorReport } from '../../conformance/types.ts';
import { validateConnector } from '../../conformance/validate-connector.ts';
import { ConfigError } from '../../core/errors.ts';
import { checkDocuments } from '../../server/check-documents.ts';
import { CONNECTORS } from '../../server/connector-folder.ts';
import { readSettings } from '../../server/settings.ts';
import { validationLines } from '../validation-lines.ts';
import { readDocuments } from './apply.ts';

/** What a validation may be asked for. */
export interface ValidateCommand {
  readonly json?: boolean;
  readonly only?: string;
  readonly strict?: boolean;
}

/** Lines to print, and whether everything holds. */
export interface Validation {
  readonly lines: string[];
  readonly isOk: boolean;
}

/**
 * `sluice validate <path>`: checks a connector, a folder of connectors, or configuration documents, without network
 * and database.
 *
 * @throws ConfigError with every problem of documents. What is wrong with connectors stands in the lines.
 */
export async function validate(target: string, command: ValidateCommand = {}): Promise<Validation> {
  if (!existsSync(target)) throw new ConfigError('ERR_FILE_UNREADABLE', `${target} does not exist`);
  const folder = path.resolve(target);
  const folders = isConnector(folder) ? [folder] : connectorsIn(folder);
  if (folders.length > 0) return validateConnectors(folders, command);
  const documents = readDocuments(target);
  await checkDocuments(documents, readSettings(process.env));
  return { lines: [`${documents.length} documents are valid`], isOk: true };
}

async function validateConnectors(folders: readonly string[], command: ValidateCommand): Promise<Validation> {
  const { json = false, only, strict = false } = command;
  const others = [fileURLToPath(CONNECTORS), ...readSettings(process.env).connectorFolders];
  const reports: ConnectorReport[] = [];
  let unknown: ConfigError | undefined;
  for (const folder of folders) {
    try {
      reports.push(await validateConnector(folder, { others, only, isStrict: strict }));
    } catch (error) {
      // One operation is asked for: of many connectors those are checked that have it.
      if (!(error instanceof ConfigError && error.code === 'ERR_OPERATION_UNKNOWN')) throw error;
      unknown = error;
    }
  }
  if (unknown && reports.length === 0) throw unknown;
  const isOk = reports.every((report) => report.isOk);
  return { lines: json ? [JSON.stringify({ ok: isOk, connectors: reports })] : validationLines(reports), isOk };
}

function connectorsIn(folder: string): string[] {
  if (!statSync(folder).isDirectory()) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name))
    .filter(isConnector);
}

function isConnector(folder: string): boolean {
  return existsSync(path.join(folder, 'connector.json'));
}
