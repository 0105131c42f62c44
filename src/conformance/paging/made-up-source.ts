import type { Operation } from '../../connector/request.ts';
import { type DataRecord, isRecord, type Json } from '../../core/record.ts';
import { answer, type Responder } from '../fake-client.ts';
import type { PagingCase, SourcePage } from './cases.ts';
import { type Speaker, told } from './speaker.ts';
import { put, writeRows } from './write-rows.ts';

/** What a made-up source has done in one reading. */
export interface Served {
  /** Whether the last answer said that more follows. */
  saysMore: boolean;
}

/** Answers as a source does that has these pages and speaks this language. */
export function createSource(
  operation: Operation,
  speaker: Speaker,
  source: PagingCase,
  form: DataRecord,
): { respond: Responder; served: Served } {
  const served: Served = { saysMore: false };
  return {
    served,
    respond(call) {
      const isElsewhere = speaker.isElsewhere?.(call) ?? false;
      const told = isElsewhere ? NOTHING : source;
      const asked = isElsewhere ? { page: 0 } : speaker.locate(call, source);
      const page = pageOf(asked.page, told);
      const signs = speaker.signs(asked.page, told, call);
      served.saysMore = signs.saysMore;
      const body = writeBody(operation, page.rows.slice(asked.skip ?? 0), speaker, told, form, signs.body ?? {});
      return answer(body, 200, { ...countHeaders(operation, speaker, told), ...signs.headers });
    },
  };
}

const NOTHING: PagingCase = { name: 'nothing', pages: [{ rows: [], span: 0 }], count: 'right', isGood: true };

function pageOf(page: number, { pages, repeats }: PagingCase): SourcePage {
  return pages[repeats ? Math.min(page, 1) : page] ?? { rows: [], span: 0 };
}

function writeBody(
  operation: Operation,
  rows: readonly number[],
  speaker: Speaker,
  source: PagingCase,
  form: DataRecord,
  signs: DataRecord,
): Json {
  const { records = '', total } = operation.manifest;
  const paths = typeof records === 'string' ? [records] : records;
  const found = writeRows(operation, rows, speaker, source);
  const needsObject = Object.keys(signs).length > 0 || total !== undefined;
  const path =
    (needsObject ? paths.find((each) => each !== '') : paths.find((each) => Object.hasOwn(form, each))) ??
    paths[0] ??
    '';
  const body = path === '' ? found : put(form, path, found);
  // Beside a list there is no place for anything else.
  if (!isRecord(body)) return body;
  const count = told(rowsOf(source), source);
  const counted = total === undefined ? body : put(body, total, count ?? null);
  return Object.entries(signs).reduce<DataRecord>((all, [at, value]) => put(all, at, value), counted);
}

function countHeaders({ manifest }: Operation, { countHeader }: Speaker, source: PagingCase): Record<string, string> {
  const count = told(rowsOf(source), source);
  const places = told(
    source.pages.reduce((sum, { span }) => sum + span, 0),
    source,
  );
  return {
    ...(countHeader !== undefined && places !== undefined && { [countHeader]: String(places) }),
    ...(manifest.totalHeader !== undefined && count !== undefined && { [manifest.totalHeader]: String(count) }),
  };
}

/** Rows of a source. */
export function rowsOf({ pages }: PagingCase): number {
  return pages.reduce((sum, { rows }) => sum + rows.length, 0);
}
