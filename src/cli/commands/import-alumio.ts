import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type Import, importAlumio, type ImportedDocument } from '../../alumio/import/import.ts';
import type { ExportFile } from '../../alumio/import/read-export.ts';
import type { Step } from '../../alumio/import/translate-steps.ts';
import { compileChain } from '../../core/chain.ts';
import { ConfigError, IntegrationError } from '../../core/errors.ts';
import { isObject } from '../../core/record.ts';
import type { StepOperation } from '../../core/step-run.ts';
import { problemsOf } from '../../core/validation.ts';
import type { Submitted } from '../../engine/check-envelopes.ts';
import { checkDocuments } from '../../server/check-documents.ts';
import { readSettings } from '../../server/settings.ts';
import { transformers } from '../../transformers/index.ts';
import { importLines } from '../import-lines.ts';
import { type ImportedTestResult, runImportedTests, withTests } from '../imported-tests.ts';

export interface ImportAlumioOptions {
  /** Folder that the documents are written to; it must not be there, or be empty. */
  readonly out?: string;
  readonly json: boolean;
}

/** What an import came to: lines to print, and documents to apply. */
export interface AlumioImport {
  readonly lines: string[];
  readonly documents: readonly Submitted[];
}

/**
 * `sluice import alumio`: makes documents of an export, runs its tests, and tells what became of each object and step.
 *
 * Documents are checked before one of them is written, and written all or none.
 *
 * @throws ConfigError ERR_ALUMIO_EXPORT with the file and line of a fault; ERR_FILE_EXISTS.
 */
export async function importExport(target: string, { out, json }: ImportAlumioOptions): Promise<AlumioImport> {
  if (out !== undefined) requireEmpty(out);
  const made = importAlumio(readFiles(target), { check: checkSteps });
  const tests = await runImportedTests(made);
  const documents = withTests(made.documents, tests).map((document) => ({ source: fileOf(document), document }));
  await checkDocuments(documents, readSettings(process.env));
  if (out !== undefined) writeAll(documents, out);
  return { lines: json ? [jsonLine(made, tests)] : importLines(made.report, tests, out), documents };
}

function jsonLine({ report }: Import, tests: readonly ImportedTestResult[]): string {
  return JSON.stringify({ ...report, tests });
}

function readFiles(target: string): ExportFile[] {
  const info = statSync(target, { throwIfNoEntry: false });
  if (!info) throw new ConfigError('ERR_FILE_UNREADABLE', `${target} does not exist`);
  return filesBelow(target).map((file) => ({
    source: info.isDirectory() ? path.relative(target, file) : path.basename(file),
    text: readFileSync(file, 'utf8'),
  }));
}

function filesBelow(target: string): string[] {
  if (!statSync(target).isDirectory()) return [target];
  return readdirSync(target, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.name.endsWith('.ndjson')))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => filesBelow(path.join(target, entry.name)));
}

/** Saved transformers and variables count as there: whether they are shows in the whole. */
function checkSteps(steps: readonly Step[]): string[] {
  try {
    compileChain(steps, 'steps', { transformers, saved: () => [], variable: () => 'set', operation: uncalled });
    return [];
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    if (!(error instanceof ConfigError) || !isObject(error.details)) return [error.message];
    return problemsOf(error, '').map(({ path: at, message }) => (at === '' ? message : `${at}: ${message}`));
  }
}

/** Operations count as there, too: those of steps are made for them. */
function uncalled(client: string, entity: string, name: string): StepOperation {
  const operation = `${client}/${entity}.${name}`;
  const call = () => Promise.reject(new ConfigError('ERR_INVALID', `"${operation}" is not called by an import`));
  return { name: operation, isReading: false, call };
}

function fileOf({ kind, identifier }: ImportedDocument): string {
  return `${kind}-${identifier}.json`;
}

function requireEmpty(folder: string): void {
  if (!existsSync(folder) || (statSync(folder).isDirectory() && readdirSync(folder).length === 0)) return;
  throw new ConfigError('ERR_FILE_EXISTS', `${folder} is there already and not empty; name another folder`);
}

/** Writes beside the place and moves there in one go, so that nothing half-written is left. */
function writeAll(documents: readonly Submitted[], out: string): void {
  const target = path.resolve(out);
  mkdirSync(path.dirname(target), { recursive: true });
  const folder = mkdtempSync(`${target}.writing-`);
  try {
    for (const { source, document } of documents) {
      writeFileSync(path.join(folder, source), `${JSON.stringify(document, null, 2)}\n`);
    }
    if (existsSync(target)) rmSync(target, { recursive: true });
    renameSync(folder, target);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
