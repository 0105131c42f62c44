import jsonata from 'jsonata';
import { ConfigError } from '../core/errors.ts';
import { isObject } from '../core/record.ts';
import { LinearRegExp } from './linear-regexp.ts';

/**
 * Reads an expression, without evaluating it, so that a slip is told when it is applied.
 *
 * @throws ConfigError ERR_INVALID with the position.
 */
export function checkJsonata(source: string): void {
  try {
    checkPatterns(jsonata(source).ast());
  } catch (error) {
    const { message, position } = error as { message?: unknown; position?: unknown };
    const text = typeof message === 'string' ? message : 'it cannot be read';
    const where = typeof position === 'number' ? ` (position ${position})` : '';
    throw new ConfigError('ERR_INVALID', `is no JSONata: ${text}${where}`, { details: { path: 'expression' } });
  }
}

/** Regular expressions are read here too: JSONata itself would do so with the first record. */
function checkPatterns(root: unknown): void {
  const seen = new Set<unknown>();
  const rest = [root];
  while (rest.length > 0) {
    const node = rest.pop();
    if (typeof node !== 'object' || node === null || seen.has(node)) continue;
    seen.add(node);
    if (isObject(node) && node['type'] === 'regex') new LinearRegExp(node['value'] as RegExp);
    else rest.push(...(Object.values(node) as unknown[]));
  }
}
