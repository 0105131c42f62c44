import type { Json } from '../core/record.ts';
import { RequestError } from './request-error.ts';

/** Content types of deliveries. */
export const HOOK_TYPES = [
  /^application\/([\w.+-]+\+)?json(;|$)/i,
  /^application\/x-www-form-urlencoded(;|$)/i,
] as const;

/**
 * Reads a delivery by its declared type: JSON, or the fields of a form.
 *
 * @throws RequestError 400 ERR_HOOK_BODY.
 */
export function parseHookBody(body: Buffer, contentType: string): Json {
  if (HOOK_TYPES[1].test(contentType)) return parseForm(body.toString('utf8'));
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch (error) {
    throw new RequestError(400, 'ERR_HOOK_BODY', `The body is not JSON: ${(error as Error).message.slice(0, 200)}`);
  }
}

/** A field that comes several times is a list. */
function parseForm(text: string): Json {
  const fields = new Map<string, Json>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = fields.get(name);
    if (before === undefined) fields.set(name, value);
    else fields.set(name, [...(Array.isArray(before) ? (before as readonly Json[]) : [before]), value]);
  }
  return Object.fromEntries(fields);
}
