import { expressionError } from './expression.ts';

/** One piece of a template's text. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  /** `&{…}` is strict, `?{…}` gives null where nothing is found. */
  | { readonly kind: 'expression'; readonly strict: boolean; readonly source: string }
  | { readonly kind: 'variable'; readonly name: string };

const OPENER = /(\\*)([&?$])\{/g;

const QUOTES = '\'"`';

/**
 * Cuts a template into its parts.
 *
 * A backslash before `&{`, `?{` or `${` makes plain text of it; two backslashes there are one, followed by the
 * expression. Everywhere else a backslash is a backslash.
 *
 * @throws ConfigError ERR_EXPRESSION when a brace or quote is not closed, or `${…}` holds no name.
 */
export function parseTemplateText(source: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = '';
  let from = 0;
  OPENER.lastIndex = 0;
  for (let match = OPENER.exec(source); match; match = OPENER.exec(source)) {
    const [opener, slashes = '', sigil = ''] = match;
    text += source.slice(from, match.index) + '\\'.repeat(slashes.length >> 1);
    from = match.index + opener.length;
    if (slashes.length % 2 === 1) {
      text += `${sigil}{`;
      continue;
    }
    const end = findClosingBrace(source, from);
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
    parts.push(toPart(sigil, source.slice(from, end), source));
    from = end + 1;
    OPENER.lastIndex = from;
  }
  text += source.slice(from);
  if (text !== '') parts.push({ kind: 'text', text });
  return parts;
}

/** Place of the brace that closes an expression; braces inside quotes and of inner objects are passed over. */
function findClosingBrace(source: string, start: number): number {
  let depth = 0;
  for (let at = start; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (QUOTES.includes(character)) at = findClosingQuote(source, at);
    else if (character === '{') depth += 1;
    else if (character === '}' && depth-- === 0) return at;
  }
  throw expressionError(source, 'a "{" is not closed', start - 1);
}

function findClosingQuote(source: string, start: number): number {
  const quote = source.charAt(start);
  for (let at = start + 1; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (character === '\\') at += 1;
    else if (character === quote) return at;
  }
  throw expressionError(source, `a ${quote} is not closed`, start);
}

function toPart(sigil: string, inner: string, source: string): TemplatePart {
  if (sigil !== '$') return { kind: 'expression', strict: sigil === '&', source: inner.trim() };
  const name = inner.trim();
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw expressionError(source, `"\${${inner}}" must hold the name of a variable; for plain text write "\\\${"`);
  }
  return { kind: 'variable', name };
}
