import type { Secrets } from './redaction.ts';
import { jsonText } from './request-body.ts';
import { requestUrl } from './request-url.ts';
import type { RawAnswer } from './transport.ts';
import type { Exchange, HttpRequest } from './types.ts';

/** Longest text kept of a body. */
const MAX_BODY_CHARACTERS = 32 * 1024;

/** One try: what was sent, and what came of it. */
export interface Try {
  readonly request: HttpRequest;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly durationMs: number;
  readonly answer?: RawAnswer | undefined;
  readonly error?: Error | undefined;
}

/** Makes a try fit for people's eyes: redacted and cut. Costs time, so only when somebody looks. */
export function toExchange({ request, at, durationMs, answer, error }: Try, secrets: Secrets): Exchange {
  const show = (text: string | undefined): string | undefined =>
    text === undefined || text === '' ? undefined : secrets.redactAndCut(text, MAX_BODY_CHARACTERS);
  return {
    method: request.method,
    url: secrets.redact(requestUrl(request).href),
    status: answer?.status,
    durationMs,
    at,
    request: show(bodyText(request)),
    answer: show(answer?.text),
    error: show(error?.message),
  };
}

/** Files are told by their name: their bytes are nothing to read. */
function bodyText({ json, form, text, multipart }: HttpRequest): string | undefined {
  if (json !== undefined) return jsonText(json);
  if (multipart) {
    const parts = Object.entries(multipart).map(([name, part]) => [
      name,
      typeof part === 'string' ? part : part.filename,
    ]);
    return JSON.stringify(Object.fromEntries(parts));
  }
  return text ?? (form && new URLSearchParams(form).toString());
}
