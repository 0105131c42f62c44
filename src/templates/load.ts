import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readJsonFile } from '../connector/load.ts';
import { ConfigError } from '../core/errors.ts';
import type { Json } from '../core/record.ts';
import { checkSchema, problemLines } from '../core/validation.ts';
import { type Template, TEMPLATE_MANIFEST, type TemplateManifest } from './manifest.ts';
import { namesRead } from './names-read.ts';

/**
 * Loads every template below a folder, by name; a subfolder without template.json is passed over.
 *
 * @throws ConfigError ERR_TEMPLATE that names the file and what is wrong in it.
 */
export function loadTemplates(folder: string): ReadonlyMap<string, Template> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, 'template.json')))
    .map((entry) => entry.name)
    .sort();
  return new Map(names.map((name) => [name, loadTemplate(path.join(folder, name))]));
}

function loadTemplate(folder: string): Template {
  const file = path.join(folder, 'template.json');
  const { value, problems } = checkSchema(TEMPLATE_MANIFEST, readJsonFile(file));
  if (problems.length > 0) throw templateError(file, problemLines(problems).join('; '));
  const manifest = value as TemplateManifest;
  if (manifest.name !== path.basename(folder)) throw templateError(file, `name: must be "${path.basename(folder)}"`);
  const documents = manifest.documents.flatMap((name) => readDocuments(path.join(folder, name), name));
  requireKnownNames(manifest, documents, file);
  return { manifest, documents };
}

function readDocuments(file: string, source: string): Template['documents'] {
  const content = readJsonFile(file);
  if (!Array.isArray(content)) return [{ source, document: content }];
  return content.map((document: unknown, index) => ({ source: `${source}[${index}]`, document }));
}

/** A placeholder for an option that the form does not have would be left out without a word. */
function requireKnownNames(
  { options, fixed, flows }: TemplateManifest,
  documents: Template['documents'],
  file: string,
) {
  const known = new Set([...Object.keys(options.properties), ...Object.keys(fixed)]);
  const parts = [...documents, ...flows.map((document, index) => ({ source: `flows[${index}]`, document }))];
  for (const { source, document } of parts) {
    const unknown = [...namesRead(document as Json)].filter((name) => !known.has(name));
    if (unknown.length > 0) throw templateError(file, `${source} reads "${unknown.join('", "')}", which is no option`);
  }
}

function templateError(file: string, message: string): ConfigError {
  return new ConfigError('ERR_TEMPLATE', `${file}: ${message}`);
}
