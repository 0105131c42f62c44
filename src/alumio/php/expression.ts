import { compileExpression, type Find } from '../../core/expression.ts';

/**
 * Compiles an expression as PHP's JMESPath reads it. What it adds to the standard: a literal that is no JSON is a text
 * (`EUR`, and `` is an empty one), and digits may follow a dot (`products.0.sku`).
 *
 * @throws ConfigError ERR_EXPRESSION
 */
export function compileAlumioExpression(source: string): Find {
  return compileExpression(toStandard(source), 'php');
}

/** Texts in quotes, which stay; literals in backticks; digits after a dot. */
const TOKEN = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`((?:[^`\\]|\\.)*)`|((?:^|[\w"\])])\.)(\d+)(?![\w])/gs;

/** The same expression in standard JMESPath. */
export function toStandard(source: string): string {
  const once = (text: string): string =>
    text.replace(TOKEN, (whole: string, literal?: string, before?: string, digits?: string) => {
      if (literal !== undefined) return `\`${literalJson(literal)}\``;
      return digits === undefined ? whole : `${before ?? ''}"${digits}"`;
    });
  // `a.0.1` overlaps: the second round sees the quotes that the first has put.
  return once(once(source));
}

function literalJson(literal: string): string {
  const text = literal.replaceAll('\\`', '`');
  try {
    JSON.parse(text);
    return literal;
  } catch {
    return JSON.stringify(text).replaceAll('`', '\\`');
  }
}
