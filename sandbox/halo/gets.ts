import { jsonText, modelError, notFound, type Answer } from './answer.ts';
import type { ApiContext } from './context.ts';
import { isTrue } from './criteria.ts';
import type { Entity } from './entity.ts';
import { textOf, type HaloRecord } from './record.ts';
import { writeRecord } from './row-json.ts';
import type { Row } from './table.ts';

/** Answers GET /X/{id} with the bare record; for an attachment with its bytes. */
export function answerGet(context: ApiContext, entity: Entity, id: string, query: URLSearchParams): Answer {
  if (id.toLowerCase() === 'me') return answerMe(context, entity);
  const found = findRow(context, entity, id, query);
  if ('answer' in found) return found.answer;
  if (entity.name === 'attachment') return answerBytes(found.row.record);
  const wantsDetails = entity.name === 'tickets' && isTrue(query.get('includedetails'));
  return jsonText(
    200,
    writeRecord(entity, wantsDetails ? withAttachments(context, found.row.record) : found.row.record),
  );
}

/** Finds the row a path names, or the refusal. Where ids repeat, the parent comes in the query. */
export function findRow(
  context: ApiContext,
  entity: Entity,
  id: string,
  query: URLSearchParams,
): { readonly row: Row } | { readonly answer: Answer } {
  if (entity.guidIds !== true && !/^-?\d+$/.test(id)) {
    return { answer: modelError('id', `The value '${id}' is not valid.`) };
  }
  const parent = entity.parent === undefined ? undefined : (query.get(entity.parent) ?? '');
  const row = context.store.find(entity.name, id, parent);
  return row === undefined || row.isDeleted ? { answer: notFound(entity.name, id) } : { row };
}

/** /Agent/me is the agent the application logs in as; /Users/me and /Client/me take the first record. */
function answerMe(context: ApiContext, entity: Entity): Answer {
  const record = entity.name === 'agent' ? context.store.get('agent', 5) : context.store.rows(entity.name)[0];
  const hasMe = ['agent', 'users', 'client'].includes(entity.name);
  return hasMe && record !== undefined ? jsonText(200, writeRecord(entity, record)) : notFound(entity.name, 'me');
}

function answerBytes(record: HaloRecord): Answer {
  const name = textOf(record.filename).replaceAll(/["\r\n]/g, '_');
  return {
    status: 200,
    body: Buffer.from(textOf(record.data_base64), 'base64'),
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${encodeURIComponent(name)}"`,
    },
  };
}

function withAttachments(context: ApiContext, ticket: HaloRecord): HaloRecord {
  const own = context.store.rows('attachment').filter((row) => row.ticket_id === ticket.id);
  const attachments = own.map(({ id, filename, filesize }) => ({
    id: id ?? 0,
    filename: filename ?? '',
    filesize: filesize ?? 0,
  }));
  return { ...ticket, attachments };
}
