import { jsonText, type Answer } from './answer.ts';
import { strikesOf, type ApiContext } from './context.ts';
import { isTrue } from './criteria.ts';
import type { Entity } from './entity.ts';
import type { Strike } from './faults.ts';
import { readPage, type PageWish } from './paging.ts';
import { writeRow } from './row-json.ts';
import type { Selection } from './selection.ts';
import type { SandboxStore } from './store.ts';

/** Answers GET /X. */
export function answerList(
  context: ApiContext,
  entity: Entity,
  query: URLSearchParams,
  strikes: readonly Strike[],
): Answer {
  const isHidden = context.settings.hiddenEntities.includes(entity.name);
  const selection = isHidden ? [] : context.selections.select(entity, query);
  if (entity.envelope === undefined) return answerBare(context, entity, selection, query);
  const page = readPage(entity, query, context.settings);
  const wantsIds = !page.isPaged && (isTrue(query.get('idonly')) || isTrue(query.get('ticketidonly')));
  const rows = takeRows(
    selection,
    wantsIds && !query.has('count') ? { ...page, pageSize: selection.length } : page,
    strikes,
  );
  const texts = rows.map((row) => (wantsIds ? JSON.stringify({ id: row.record.id }) : writeRow(entity, row, query)));
  const count = countRecords(selection, page, rows.length, strikes);
  return jsonText(200, envelope(context.store, entity, query, page, count, texts));
}

/** Small lists have neither paging nor a view around them. */
function answerBare(context: ApiContext, entity: Entity, selection: Selection, query: URLSearchParams): Answer {
  const rows = selection.slice(0, selection.length).map((row) => writeRow(entity, row, query));
  const list = `[${rows.join(',')}]`;
  const isWrapped = entity.name === 'agent' && context.settings.agentEnvelope === 'results';
  return jsonText(200, isWrapped ? `{"record_count":${rows.length},"results":${list}}` : list);
}

function takeRows(selection: Selection, page: PageWish, strikes: readonly Strike[]): ReturnType<Selection['slice']> {
  if (isEmptied(page, strikes)) return [];
  const pages = Math.max(1, Math.floor(selection.length / page.pageSize));
  let pageNo = page.pageNo;
  if (strikesOf(strikes, 'repeated-page').length > 0) pageNo = 1;
  if (strikesOf(strikes, 'endless-pages').length > 0) pageNo = ((pageNo - 1) % pages) + 1;
  const from = (pageNo - 1) * page.pageSize;
  return selection.slice(from, from + page.pageSize);
}

function isEmptied(page: PageWish, strikes: readonly Strike[]): boolean {
  return strikesOf(strikes, 'empty-page').some(({ effect }) => effect.page === page.pageNo);
}

/** Without paging the count is that of the rows; past the end of the pages it is 0. Undefined leaves it out. */
function countRecords(
  selection: Selection,
  page: PageWish,
  rowCount: number,
  strikes: readonly Strike[],
): number | undefined {
  let count: number | undefined =
    page.isPaged && (rowCount > 0 || isEmptied(page, strikes)) ? selection.length : rowCount;
  if (strikesOf(strikes, 'endless-pages').length > 0) count = (page.pageNo + 1) * page.pageSize;
  for (const { effect, round } of strikesOf(strikes, 'record-count')) {
    if (effect.mode === 'missing') return undefined;
    if (effect.mode === 'wrong') count = effect.value;
    else count = Math.max(0, count + (effect.mode === 'growing' ? 1 : -1) * (effect.by ?? 1) * round);
  }
  return count;
}

function envelope(
  store: SandboxStore,
  entity: Entity,
  query: URLSearchParams,
  page: PageWish,
  count: number | undefined,
  rows: readonly string[],
): string {
  const parts: string[] = [];
  if (entity.name === 'attachment') parts.push(attachmentHead(query));
  if (page.isPaged) parts.push(`"page_no":${page.pageNo},"page_size":${page.pageSize}`);
  if (count !== undefined) parts.push(`"record_count":${count}`);
  parts.push(`"${entity.envelope ?? ''}":[${rows.join(',')}]`);
  if (rows.length > 0) parts.push(...(entity.sidecars ?? []).map((name) => `"${name}":[]`));
  if (rows.length > 0 && entity.name === 'tickets') parts.push(ticketSidecars(store));
  return `{${parts.join(',')}}`;
}

function attachmentHead(query: URLSearchParams): string {
  const number = (name: string): number => Number(query.get(name) ?? 0) || 0;
  const head = ['type', 'unique_id', 'ticket_id', 'action_id'].map((name) => `"${name}":${number(name)}`);
  return head.join(',');
}

/** Lists that stand next to the tickets, so that "the only array" is no way to find the rows. */
function ticketSidecars(store: SandboxStore): string {
  const short = (name: string): string =>
    JSON.stringify(store.rows(name).map((row) => ({ id: row.id ?? 0, name: row.name ?? '' })));
  return `"statuses":${short('status')},"priorities":${short('priority')},"agents":${short('agent')}`;
}
