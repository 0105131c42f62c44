import { hash } from 'node:crypto';
import { SourceError } from '../../core/errors.ts';
import type { DataRecord } from '../../core/record.ts';
import { rowHashes } from '../../core/row-texts.ts';
import { requestUrl } from '../request-url.ts';
import type { HttpRequest, PagePosition, PageRequest } from '../types.ts';

/** Remembers the requests and pages of one reading, as hashes, to find out when it goes in circles. */
export interface RepetitionGuard {
  /** Throws SourceError ERR_PAGE_REPEATED when a request was made before. */
  readonly checkRequest: (request: HttpRequest, page: PageRequest) => void;
  /** Throws SourceError ERR_PAGE_REPEATED when a page has the rows of an earlier one. */
  readonly checkRows: (request: HttpRequest, rows: readonly DataRecord[], position: PagePosition) => void;
}

/**
 * Creates the guard of one reading.
 *
 * @param repeats Pages with equal rows are legitimate.
 */
export function createRepetitionGuard(repeats: boolean): RepetitionGuard {
  const asked = new Map<string, PagePosition>();
  const seen = new Map<string, PagePosition>();
  return {
    checkRequest(request, { position, progress }) {
      const { headers, json } = request;
      const key = fingerprint([requestUrl(request).href, headers ?? null, json ?? null, progress ?? null]);
      const earlier = asked.get(key);
      if (earlier) {
        throw repeated(request, earlier, position, 'is asked for like', 'the paging goes in circles');
      }
      asked.set(key, position);
    },
    // A source that ignores the page number sends the same page for ever. Only rows are compared, since the page
    // number is often part of the answer.
    checkRows(request, rows, position) {
      if (repeats || rows.length === 0) return;
      const key = hash('sha256', rowHashes(rows).join(), 'base64');
      const earlier = seen.get(key);
      if (earlier) throw repeated(request, earlier, position, 'has the same rows as', 'the source does not page');
      seen.set(key, position);
    },
  };
}

function fingerprint(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'base64');
}

function repeated(
  { method, url }: HttpRequest,
  earlier: PagePosition,
  position: PagePosition,
  how: string,
  conclusion: string,
): SourceError {
  const path = `${method} ${new URL(url).pathname}`;
  const [first, again] = [shown(earlier), shown(position)];
  const message = `${path}: page ${again} ${how} page ${first}; ${conclusion}`;
  return new SourceError('ERR_PAGE_REPEATED', message, { details: { path, earlier: first, position: again } });
}

/** A position as a message may show it: of an address only the path, since its query may hold keys. */
function shown(position: PagePosition): string {
  return JSON.stringify(position, (name, value: unknown) =>
    name === 'url' && typeof value === 'string' && URL.canParse(value) ? new URL(value).pathname : value,
  );
}
