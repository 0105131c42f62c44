import { ConfigError } from '../../core/errors.ts';
import { compilePattern, compileReplacement } from '../../core/pattern.ts';

/** Delimiters that close with another character than they open with. */
const PAIRS: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']', '<': '>' };

/** An escaped character, a class, or a dollar sign. */
const END = /\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$/gs;

/**
 * Compiles an expression as PHP writes it, between delimiters and with flags: `/^a$/i`. One without delimiters is taken as
 * it is. As in PHP `$` also matches before a line break that ends the text, but with the flag `m` or `D`.
 *
 * @throws ConfigError ERR_PATTERN for flags other than i, m, s, u and D, and for what takes more than linear time.
 */
export function compilePcre(source: string): (text: string) => boolean {
  return compilePattern(toLinear(source, '(?:\\n?\\z)'));
}

/**
 * Compiles the replacement of all that an expression matches.
 *
 * @param by As PHP writes it: `$1`, `${1}` or `\\1` is the first group, 0 the whole match.
 * @throws ConfigError ERR_PATTERN, also when a group is named that there is not.
 */
export function compilePcreReplacement(source: string, by: string): (text: string) => string {
  const ours = by.replace(/\$\{(\d{1,2})\}|[$\\](\d{1,2})|\$/g, (_, braced?: string, plain?: string) => {
    const group = braced ?? plain;
    return group === undefined ? '$$' : `$${group}`;
  });
  return compileReplacement(toLinear(source, '\\z'), ours);
}

/** The same expression as it is written here; `end` is what the dollar sign becomes. */
function toLinear(source: string, end: string): string {
  const { pattern, flags } = takeApart(source);
  const unknown = /[^imsuD]/.exec(flags)?.[0];
  if (unknown !== undefined)
    throw new ConfigError('ERR_PATTERN', `"${source}" has the flag "${unknown}", unknown here`);
  const isBound = /[mD]/.test(flags);
  const ended = isBound ? pattern : pattern.replace(END, (token) => (token === '$' ? end : token));
  const kept = [...new Set(flags.replace(/[uD]/g, ''))].join('');
  return kept === '' ? ended : `(?${kept})${ended}`;
}

function takeApart(source: string): { pattern: string; flags: string } {
  const open = source.trimStart().charAt(0);
  const close = PAIRS[open] ?? open;
  const text = source.trimStart();
  const end = text.lastIndexOf(close);
  const flags = text.slice(end + 1).trim();
  const isDelimited = end > 0 && /^[^\sA-Za-z0-9\\^]$/.test(open) && /^[A-Za-z]*$/.test(flags);
  return isDelimited ? { pattern: text.slice(1, end), flags } : { pattern: source, flags: '' };
}
