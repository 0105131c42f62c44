import type { Query } from '../http/types.ts';

/**
 * The path parameters that make a path of an operation's path: `/sites/{id}` and `/sites/7` give `{ id: '7' }`.
 *
 * @returns undefined when the path is none of this operation.
 */
export function pathValues(template: string, path: string): Query | undefined {
  const parts = template.split(/\{([^{}]*)\}/);
  const values: Record<string, string> = {};
  let rest = path.split('?')[0] ?? '';
  for (let index = 0; index < parts.length; index += 2) {
    const [literal = '', name] = [parts[index], parts[index + 1]];
    if (!rest.startsWith(literal)) return undefined;
    rest = rest.slice(literal.length);
    if (name === undefined) continue;
    const following = parts[index + 2] ?? '';
    const end = following === '' ? rest.length : rest.indexOf(following);
    const value = rest.slice(0, end);
    if (end <= 0 || value.includes('/')) return undefined;
    values[name] = decode(value);
    rest = rest.slice(end);
  }
  return rest === '' ? values : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
