import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';

/** How long a request may take to arrive: one with a file, and every other. Slow senders hold no connection for ever. */
export const UPLOAD_MS = 3_600_000;
const RECEIVE_MS = 60_000;

/**
 * Lets routes read bodies as they come, of any type and size, from `request.raw`. Handlers bound them; those that take
 * none have to say so by not reading them.
 */
export function readStreams(api: Pick<FastifyInstance, 'addContentTypeParser' | 'removeAllContentTypeParsers'>): void {
  api.removeAllContentTypeParsers();
  // Not as the body of the request: what schemas look at is copied.
  api.addContentTypeParser('*', (_request, _payload, done) => {
    done(null, undefined);
  });
}

/** Hangs up on requests that have not arrived in time, unless they carry a file. */
export const receiveInTime: onRequestHookHandler = (request, _reply, done) => {
  if (hasBody(request) && request.routeOptions.config.isUpload !== true) {
    const timer = setTimeout(() => {
      if (!request.raw.complete) request.raw.socket.destroy();
    }, RECEIVE_MS);
    request.raw.once('close', () => {
      clearTimeout(timer);
    });
  }
  done();
};

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
