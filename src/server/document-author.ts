import type { FastifyRequest } from 'fastify';
import type { Author } from '../engine/configuration.ts';
import { mayDo } from './permissions.ts';
import { requestInvalid } from './request-error.ts';

const LONGEST_REASON = 1000;

/**
 * Who changes documents by this request. Versions and audit trail are written with the change, so the request counts as
 * audited.
 *
 * @param reason From the body; else the header `x-reason` counts.
 */
export function authorOf(request: FastifyRequest, reason?: string): Author {
  request.isAudited = true;
  const header = request.headers['x-reason'];
  const told = reason ?? (typeof header === 'string' && header !== '' ? header.slice(0, LONGEST_REASON) : undefined);
  const { actor } = request;
  return {
    name: actor?.name ?? '(nobody)',
    address: request.ip,
    reason: told,
    mayOpenNetworks: actor !== null && mayDo(actor, 'access:write'),
  };
}

/** A version of a document as an entity tag. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/**
 * Version that a request means by `If-Match`; 0 for `If-None-Match: *`, which means a new document.
 *
 * @throws RequestError for tags that are none of ours.
 */
export function expectedVersion({ headers }: FastifyRequest): number | undefined {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (noneMatch === '*') return 0;
  if (match === undefined) return undefined;
  const version = /^"(\d{1,15})"$/.exec(match.trim())?.[1];
  if (version !== undefined) return Number(version);
  throw requestInvalid([{ path: 'headers.if-match', message: 'must be the "etag" that the document was read with' }]);
}
