import { readJsonFile } from '../../connector/load.ts';
import { ConfigError } from '../../core/errors.ts';
import { isObject } from '../../core/record.ts';
import type { Api } from '../api.ts';
import { columns } from '../columns.ts';

interface Summary {
  readonly name: string;
  readonly summary: string;
  readonly category: string;
}

interface Option {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
}

interface Form extends Summary {
  readonly title: string;
  readonly description?: string;
  readonly guide?: string;
  readonly options: { readonly properties: Readonly<Record<string, Option>>; readonly required?: readonly string[] };
}

interface Flow {
  readonly title: string;
  readonly incoming: string;
  readonly route: string;
  readonly note?: string;
}

interface Made {
  readonly changes: readonly { readonly action: string; readonly kind: string; readonly identifier: string }[];
  readonly flows: readonly Flow[];
}

export interface TemplateOptions {
  readonly set: readonly string[];
  readonly options?: string;
  readonly dryRun: boolean;
}

/** `sluice template list` */
export async function listTemplates(api: Api): Promise<string[]> {
  const { items } = await api.request<{ items: Summary[] }>('GET', '/templates');
  return columns(items.map(({ name, category, summary }) => [name, category, summary]));
}

/** `sluice template show <name>`: what it does, and its options. */
export async function showTemplate(api: Api, name: string): Promise<string[]> {
  const { title, summary, description, guide, options } = await formOf(api, name);
  const rows = Object.entries(options.properties).map(([option, schema]) => [
    `${option}${options.required?.includes(option) === true ? ' *' : ''}`,
    defaultOf(schema),
    schema.description ?? '',
  ]);
  return [
    `${title}: ${summary}`,
    ...(description === undefined ? [] : [description]),
    ...(guide === undefined ? [] : [`Guide: ${guide}`]),
    '',
    ...columns(rows),
  ];
}

/** `sluice template apply <name>`: makes the documents, or only shows what would change. */
export async function applyTemplate(api: Api, name: string, given: TemplateOptions): Promise<string[]> {
  const form = await formOf(api, name);
  const options = { ...readOptions(given.options), ...readSet(form, given.set) };
  const path = `/templates/${encodeURIComponent(name)}/${given.dryRun ? 'preview' : 'apply'}`;
  const { changes, flows } = await api.request<Made>('POST', path, { options });
  const lines = changes.map(({ action, kind, identifier }) => `${action.padEnd(9)} ${kind} ${identifier}`);
  const changed = changes.filter(({ action }) => action !== 'unchanged').length;
  if (given.dryRun) return [...lines, `${changed} would change; nothing was written`];
  return [...lines, `${changed} changed`, '', ...flows.flatMap(describeFlow)];
}

function describeFlow({ title, incoming, route, note }: Flow): string[] {
  const then = note === undefined ? '' : `   ${note}`;
  return [`${title}:${then}`, `  npx sluice plan ${route}`, `  npx sluice run ${incoming} --wait`];
}

async function formOf(api: Api, name: string): Promise<Form> {
  return api.request<Form>('GET', `/templates/${encodeURIComponent(name)}`);
}

function defaultOf(schema: Option): string {
  if (schema.default !== undefined) return JSON.stringify(schema.default);
  return schema.enum === undefined ? '' : schema.enum.map((each) => JSON.stringify(each)).join(' | ');
}

function readOptions(file: string | undefined): Readonly<Record<string, unknown>> {
  if (file === undefined) return {};
  const options = readJsonFile(file);
  if (!isObject(options)) throw new ConfigError('ERR_ARGUMENT', `${file} must hold one object with options`);
  return options;
}

/** Values of `--set name=value`: a text stays one where the form wants a text, everything else is JSON. */
function readSet({ options: { properties } }: Form, set: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    set.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new ConfigError('ERR_ARGUMENT', `--set takes name=value, not "${text}"`);
      const [name, value] = [text.slice(0, at), text.slice(at + 1)];
      return [name, properties[name]?.type === 'string' ? value : fromJson(value)];
    }),
  );
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
