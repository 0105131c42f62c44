import { api, ApiError, withQuery } from '../../api.ts';
import { authHeaders } from '../../auth.ts';
import type { Planned } from '../../components/planned-changes.tsx';
import type { Run } from '../../types.ts';

/** A column of a sheet as the server sees it. */
export interface SheetColumn {
  readonly name: string;
  readonly samples: readonly unknown[];
  readonly field?: string;
}

/** What a file holds. */
export interface Inspected {
  readonly columns: readonly SheetColumn[];
  readonly key: string | null;
  readonly fields: readonly { readonly name: string; readonly title?: string }[];
}

/** Rows that a plan shows. */
export const PLANNED_ROWS = 200;

/** Sends a file as it is. @throws ApiError */
export async function upload<T>(path: string, file: File): Promise<T> {
  const headers = { ...authHeaders(), 'content-type': 'application/octet-stream' };
  return (await answerOf(await fetch(`/api/v1${path}`, { method: 'POST', headers, body: file }))).json() as Promise<T>;
}

/** Asks what the first rows of a file would do. @throws ApiError */
export async function planRows(route: string, file: string): Promise<Planned[]> {
  const headers = { ...authHeaders(), 'content-type': 'application/json' };
  const body = JSON.stringify({ mode: 'full', limit: PLANNED_ROWS, file });
  const path = `/api/v1/routes/${encodeURIComponent(route)}/plan`;
  const text = await (await answerOf(await fetch(path, { method: 'POST', headers, body }))).text();
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Planned & { error?: { message: string } });
  const broken = lines.find(({ error }) => error !== undefined);
  if (broken?.error) throw new ApiError(0, 'ERR_PLAN', broken.error.message, {});
  return lines.filter((line) => 'action' in line);
}

/** Saves the sheet with its results. @throws ApiError */
export async function downloadResult(incoming: string, file: string): Promise<void> {
  const path = `/api/v1/incomings/${encodeURIComponent(incoming)}/files/${file}/result`;
  const answer = await answerOf(await fetch(path, { headers: authHeaders() }));
  const [, name = 'result.csv'] = /filename="([^"]*)"/.exec(answer.headers.get('content-disposition') ?? '') ?? [];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Looks at the columns of a file. @throws ApiError */
export function inspect(file: File, client: string, entity: string): Promise<Inspected> {
  return upload<Inspected>(withQuery('/sheets/inspect', { name: file.name, client, entity }), file);
}

/** Lets a file be read that was held for its plan, and runs what waits. @throws ApiError */
export async function runFile(incoming: string, file: string): Promise<Run> {
  const place = `/incomings/${encodeURIComponent(incoming)}`;
  await api('POST', `${place}/files/${file}/read-again`, {});
  return api<Run>('POST', `${place}/runs`, { mode: 'full' });
}

/** Takes a file back that was uploaded and is not wanted. */
export function discard(incoming: string, file: string): Promise<void> {
  return api('DELETE', `/incomings/${encodeURIComponent(incoming)}/files/${file}`);
}

async function answerOf(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const { code = 'ERR_ANSWER', message, details = {} } = (await answer.json().catch(() => ({}))) as Partial<ApiError>;
  throw new ApiError(answer.status, code, message ?? `The server answered ${answer.status}`, details);
}
