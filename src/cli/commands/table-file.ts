import path from 'node:path';
import { formatOf } from '../../files/read-rows.ts';
import type { Api } from '../api.ts';

/** Options of the command line, which are the query of the route. */
export type TableOptions = Readonly<Record<string, string>>;

/** `sluice storage export`, `sluice value-map export`: writes a table to a file. */
export async function exportTable(
  api: Api,
  kind: 'storages' | 'value-maps',
  identifier: string,
  file: string,
  options: TableOptions,
): Promise<string[]> {
  const format = options['format'] ?? formatOf({ name: path.basename(file) }, {});
  await api.download(`/${kind}/${encodeURIComponent(identifier)}/export?${queryOf({ ...options, format })}`, file);
  return [`${identifier} written to ${file}`];
}

/** `sluice storage import`, `sluice value-map import`: takes a file into a table, all of it or nothing. */
export async function importTable(
  api: Api,
  kind: 'storages' | 'value-maps',
  identifier: string,
  file: string,
  options: TableOptions,
): Promise<string[]> {
  const query = queryOf({ ...options, name: path.basename(file) });
  const { rows } = await api.upload<{ rows: number }>(
    `/${kind}/${encodeURIComponent(identifier)}/import?${query}`,
    file,
  );
  return [`${rows} rows taken into ${identifier}${options['mode'] === 'replace' ? ', and the others are gone' : ''}`];
}

function queryOf(options: TableOptions): string {
  return new URLSearchParams({ ...options }).toString();
}
