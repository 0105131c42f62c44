import { compileFunction } from 'node:vm';
import { Parser, type Token, tokTypes } from 'acorn';
import { ConfigError } from '../core/errors.ts';
import { compileRegExp } from './regexp/compile-regexp.ts';
import { whyUnusable } from './regexp/regexp-engine.ts';

const DIRECTIVE = '"use strict";';
const NAME = 'program';

/**
 * Reads the body of a program, without running it, so that a slip is told when it is applied.
 *
 * @throws ConfigError ERR_INVALID with line and column.
 */
export function checkJavascript(source: string): void {
  try {
    compileFunction(DIRECTIVE + source, ['record', 'variables', 'constants'], { filename: NAME });
  } catch (error) {
    const { name, message, stack = '' } = error as Error;
    const where = name === 'SyntaxError' ? placeIn(stack) : '';
    throw new ConfigError('ERR_INVALID', `is no program: ${message}${where}`, { details: { path: 'code' } });
  }
  if (source.includes('/')) checkRegExps(source);
}

/** V8 writes the line, and under it carets, above the message. */
function placeIn(stack: string): string {
  const [head = '', , carets = ''] = stack.split('\n');
  const line = new RegExp(`^${NAME}:(\\d+)$`).exec(head)?.[1];
  if (line === undefined) return '';
  const column = carets.indexOf('^') + 1 - (line === '1' ? DIRECTIVE.length : 0);
  return column > 0 ? ` (line ${line}, column ${column})` : ` (line ${line})`;
}

/** Finds literals that the search in linear time cannot do. */
function checkRegExps(source: string): void {
  for (const { pattern, flags, line, column } of regExpsIn(source)) {
    const reason = whyNot(pattern, flags);
    if (reason === undefined) continue;
    const message = `The regular expression /${pattern}/${flags} cannot be used: ${reason} (line ${line}, column ${column + 1})`;
    throw new ConfigError('ERR_INVALID', message, { details: { path: 'code' } });
  }
}

function whyNot(pattern: string, flags: string): string | undefined {
  try {
    compileRegExp(pattern, flags);
    return undefined;
  } catch (error) {
    return whyUnusable(error);
  }
}

interface RegExpLiteral {
  readonly pattern: string;
  readonly flags: string;
  readonly line: number;
  readonly column: number;
}

function regExpsIn(source: string): readonly RegExpLiteral[] {
  const literals: RegExpLiteral[] = [];
  try {
    Parser.parse(source, {
      ecmaVersion: 'latest',
      allowReturnOutsideFunction: true,
      locations: true,
      onToken: (token) => {
        const { type, value, loc } = token as Token & { readonly value: RegExpLiteral };
        if (type === tokTypes.regexp && loc) literals.push({ ...value, ...loc.start });
      },
    });
  } catch {
    // Newer than what this parser reads, which V8 has read above: what is wrong with it is told when it runs.
  }
  return literals;
}
