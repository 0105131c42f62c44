import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from './settings.ts';

/** What browsers keep a session under. The prefix makes them refuse one that another host or plain HTTP set. */
const SECURE_NAME = '__Host-sluice';
const PLAIN_NAME = 'sluice';

/** Reads and writes the cookie of a session: for this host only, out of reach of scripts, sent by our own pages only. */
export interface SessionCookie {
  read(request: FastifyRequest): string | undefined;
  write(request: FastifyRequest, reply: FastifyReply, secret: string): void;
  clear(request: FastifyRequest, reply: FastifyReply): void;
}

/** Makes the cookie of an installation; it is `Secure` where browsers come by https. */
export function createSessionCookie({ publicUrl }: Settings): SessionCookie {
  const isSecure = (request: FastifyRequest): boolean =>
    publicUrl?.startsWith('https:') === true || request.protocol === 'https';
  const nameFor = (request: FastifyRequest): string => (isSecure(request) ? SECURE_NAME : PLAIN_NAME);
  const set = (request: FastifyRequest, reply: FastifyReply, value: string, rest: string): void => {
    const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure(request) ? '; Secure' : ''}${rest}`;
    void reply.header('set-cookie', `${nameFor(request)}=${value}; ${attributes}`);
  };
  return {
    read: (request) => readCookie(request, nameFor(request)),
    write: (request, reply, secret) => {
      set(request, reply, secret, '');
    },
    clear: (request, reply) => {
      set(request, reply, '', '; Max-Age=0');
    },
  };
}

/** One cookie of a request; undefined when it is not there, or there twice: then somebody else set one. */
export function readCookie({ headers }: FastifyRequest, name: string): string | undefined {
  const values = (headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}
