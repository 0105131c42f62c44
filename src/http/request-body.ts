import { randomUUID } from 'node:crypto';
import { ConfigError } from '../core/errors.ts';
import type { FormPart, HttpRequest } from './types.ts';

/** A body as it goes over the wire. */
interface EncodedBody {
  readonly type?: string;
  readonly body?: string | Buffer;
}

/** Texts of bodies: the one that is sent is the one that is shown. */
const texts = new WeakMap<object, string>();

/** A JSON body as text; made once for each object. */
export function jsonText(json: unknown): string {
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  const text = texts.get(json) ?? JSON.stringify(json);
  texts.set(json, text);
  return text;
}

/** Writes the body of a call: JSON, form, plain text or multipart. */
export function encodeBody({ method, json, form, text, multipart }: HttpRequest): EncodedBody {
  if (json !== undefined) return { type: 'application/json; charset=utf-8', body: jsonText(json) };
  if (form) return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(form).toString() };
  if (text !== undefined) return { type: 'text/plain; charset=utf-8', body: text };
  if (multipart) return encodeMultipart(multipart, `----sluice-${randomUUID()}`);
  // Without a body got would wait for somebody to write one.
  return method === 'GET' || method === 'DELETE' ? {} : { body: '' };
}

/** @see RFC 7578 */
function encodeMultipart(parts: Readonly<Record<string, FormPart>>, boundary: string): EncodedBody {
  const chunks = Object.entries(parts).flatMap(([name, part]) => [
    Buffer.from(`--${boundary}\r\n${partHead(name, part)}\r\n\r\n`),
    typeof part === 'string' ? Buffer.from(part) : Buffer.from(part.base64, 'base64'),
    Buffer.from('\r\n'),
  ]);
  const body = Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]);
  return { type: `multipart/form-data; boundary=${boundary}`, body };
}

function partHead(name: string, part: FormPart): string {
  const place = `Content-Disposition: form-data; name="${quoted(name)}"`;
  if (typeof part === 'string') return place;
  const { filename, contentType = 'application/octet-stream' } = part;
  if (/[\r\n]/.test(contentType))
    throw new ConfigError('ERR_HEADER_INVALID', `The content type of part "${name}" has a line break`);
  return `${place}; filename="${quoted(filename)}"\r\nContent-Type: ${contentType}`;
}

/** As browsers do it: what would end the quotes or the line is percent-encoded. */
function quoted(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
