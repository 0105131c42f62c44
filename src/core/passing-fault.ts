import { isObject } from './record.ts';

/**
 * Classes of SQLSTATE, or whole ones, that say nothing about the statement: the connection broke, two transactions stood in each
 * other's way, the server is short of something, stops, starts, or is a standby for the moment.
 */
const PASSING_STATES = /^(08...|40...|53...|57P0[1-5]|58...|25006)$/;

const PASSING_CODES: ReadonlySet<string> = new Set(
  'ECONNRESET ECONNREFUSED EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH'.split(' '),
);

/** What the driver says of a connection that is gone; it gives these no code. */
const PASSING_WORDS = /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying)/;

/**
 * Whether a database could not do something now and may be able to the next moment: it was restarted, its connection
 * broke, its disk is full. Nothing is wrong with what it was asked to do, so nobody has to look at it.
 */
export function isPassingFault(error: unknown): boolean {
  if (!isObject(error)) return false;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === 'string') return PASSING_STATES.test(code) || PASSING_CODES.has(code);
  return typeof message === 'string' && PASSING_WORDS.test(message);
}
