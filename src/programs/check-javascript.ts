import { compileFunction } from 'node:vm';
import { ConfigError } from '../core/errors.ts';

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
}

/** V8 writes the line, and under it carets, above the message. */
function placeIn(stack: string): string {
  const [head = '', , carets = ''] = stack.split('\n');
  const line = new RegExp(`^${NAME}:(\\d+)$`).exec(head)?.[1];
  if (line === undefined) return '';
  const column = carets.indexOf('^') + 1 - (line === '1' ? DIRECTIVE.length : 0);
  return column > 0 ? ` (line ${line}, column ${column})` : ` (line ${line})`;
}
