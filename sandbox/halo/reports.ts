import { json, message, type Answer } from './answer.ts';
import { isRecord, textOf, type Json } from './record.ts';
import type { SandboxStore } from './store.ts';

/** Tables of Halo's database → entities; the names differ from those of the API. */
const TABLES: Readonly<Record<string, string>> = {
  faults: 'tickets',
  actions: 'actions',
  device: 'asset',
  area: 'client',
  site: 'site',
  users: 'users',
  uname: 'agent',
  tstatus: 'status',
  requesttype: 'tickettype',
};

/**
 * Answers POST /Report: the rows of the table after FROM. The sandbox knows no more SQL than that.
 *
 * A report that fails says so in `load_error`, with a status of success.
 */
export function answerReport(store: SandboxStore, body: string): Answer {
  const [report] = parseReports(body);
  if (!isRecord(report)) return message(400, 'The request is invalid.');
  const [, table = ''] = /\bfrom\s+(\w+)/i.exec(textOf(report.sql)) ?? [];
  const entity = TABLES[table.toLowerCase()];
  const result: Json =
    entity === undefined ? { rows: [], load_error: `Invalid object name '${table}'.` } : { rows: store.rows(entity) };
  return json(201, { id: 0, name: textOf(report.name), report: result });
}

function parseReports(body: string): Json[] {
  try {
    const reports = JSON.parse(body) as Json;
    return Array.isArray(reports) ? reports : [];
  } catch {
    return [];
  }
}
