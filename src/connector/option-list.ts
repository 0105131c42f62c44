import type { DataRecord } from '../core/record.ts';
import { plainText } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import { type ConnectedClient, splitName } from './connect.ts';
import { fieldOf } from './delta-window.ts';
import type { OptionsManifest } from './manifest/parameter.ts';
import type { CallArguments } from './request.ts';

/** One value to choose from, and what people see of it. */
export interface Option {
  readonly value: string | number | boolean;
  readonly label: string;
}

/** More than this nobody scrolls through: they search. */
const MAX_OPTIONS = 1000;
const MAX_PAGES = 20;

/**
 * Reads the values that a parameter can have, as its connector says.
 *
 * @param values What is chosen so far in the same form, for lists that depend on another choice.
 * @param search What a person typed; the system searches where it can, else the labels are searched here.
 * @returns At most 1,000 options, without twins; `isCut` where there are more.
 */
export async function readOptions(
  client: ConnectedClient,
  options: OptionsManifest,
  { values, search }: { readonly values: DataRecord; readonly search?: string | undefined },
  signal: AbortSignal,
): Promise<{ items: Option[]; isCut: boolean }> {
  const operation = client.operation(...splitName(options.operation));
  const scope = { config: client.inside.config().config, values };
  const args = compileTemplate({ path: options.path ?? {}, query: options.query ?? {} }).evaluate(
    scope,
  ) as CallArguments;
  const searches = search !== undefined && options.search !== undefined;
  const query = searches ? { ...args.query, [options.search ?? '']: search } : args.query;
  const needle = search?.toLowerCase() ?? '';
  const found = new Map<string, Option>();
  let received = 0;
  let pages = 0;
  for await (const page of client.read(
    operation,
    { ...args, query: query ?? {} },
    { received: () => received },
    signal,
  )) {
    received += page.rows.length;
    pages += 1;
    for (const option of page.rows.flatMap((row) => optionOf(row, options))) {
      if (option.label.toLowerCase().includes(needle) || searches) found.set(String(option.value), option);
    }
    if (found.size >= MAX_OPTIONS || pages >= MAX_PAGES) break;
  }
  const items = [...found.values()].slice(0, MAX_OPTIONS);
  return { items, isCut: found.size >= MAX_OPTIONS || pages >= MAX_PAGES };
}

function optionOf(row: DataRecord, { value, label }: OptionsManifest): Option[] {
  const found = fieldOf(row, value);
  if (found === undefined || found === null || typeof found === 'object') return [];
  return [{ value: found, label: plainText(fieldOf(row, label)) || String(found) }];
}
