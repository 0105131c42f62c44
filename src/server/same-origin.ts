import type { FastifyRequest } from 'fastify';
import { RequestError } from './request-error.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request may change something, by its method. */
export function isUnsafe({ method }: { readonly method: string }): boolean {
  return !SAFE.has(method);
}

/**
 * Refuses a request that another web page made a browser send.
 *
 * Browsers say where a request comes from in headers that pages cannot set. A request without them is of a program,
 * which has no cookie that it was not given.
 *
 * @param publicUrl Where browsers reach us, when that is known.
 * @param isProofNeeded True for requests that a cookie lets in: then a browser has to say it.
 */
export function requireSameOrigin(
  request: FastifyRequest,
  publicUrl: string | undefined,
  isProofNeeded: boolean,
): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  const isSaid = origin !== undefined || site !== undefined;
  const isSiteFine = site === undefined || site === 'same-origin' || site === 'none';
  const isOriginFine = origin === undefined || ownOrigins(request, publicUrl).includes(origin);
  if (isSiteFine && isOriginFine && (isSaid || !isProofNeeded)) return;
  const from = isSaid ? `comes from ${origin ?? 'another site'}` : 'does not say which page it comes from';
  throw new RequestError(
    403,
    'ERR_CROSS_ORIGIN',
    `The request ${from}; only pages of this server may send it with a session. Where a proxy changes the host, set SLUICE_PUBLIC_URL`,
  );
}

function ownOrigins({ protocol, host }: FastifyRequest, publicUrl: string | undefined): string[] {
  const own = `${protocol}://${host}`;
  return publicUrl === undefined ? [own] : [own, new URL(publicUrl).origin];
}
