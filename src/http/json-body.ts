import type { Json } from '../core/record.ts';

/** What the text of an answer turned out to be. */
export type ParsedBody =
  { readonly kind: 'json'; readonly body: Json | undefined } | { readonly kind: 'web-page' | 'invalid' };

/**
 * Parses the text of an answer. An empty text is no body; `__proto__` stays an ordinary key, as JSON.parse makes it.
 *
 * @param contentType Value of the Content-Type header, '' where there is none.
 */
export function parseJsonBody(text: string, contentType: string): ParsedBody {
  // .NET servers sometimes send a byte order mark, which JSON.parse refuses.
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return { kind: 'json', body: JSON.parse(json) as Json };
  } catch {
    if (json.trim() === '') return { kind: 'json', body: undefined };
    return { kind: isWebPage(json, contentType) ? 'web-page' : 'invalid' };
  }
}

function isWebPage(text: string, contentType: string): boolean {
  return /^(text\/html|application\/xhtml)/i.test(contentType) || text.trimStart().startsWith('<');
}
