import { compile, tokenize } from '@jmespath-community/jmespath';
import { buildsValues, compileNode, type ExpressionNode } from './expression-nodes.ts';
import { type Dialect, keyReader, readIndex } from './expression-values.ts';
import { chargeWhole, ExpressionFault, newWork } from './expression-work.ts';
import { ConfigError, TransformError } from './errors.ts';
import type { Json } from './record.ts';

const MAX_LENGTH = 4_096;

/** Reads a value out of a root; undefined where nothing is found. `vars` are the variables of steps, `$vars` in expressions. */
export type Find = (root: Json, vars?: Json) => Json | undefined;

/**
 * Compiles a JMESPath expression once.
 *
 * The function it returns gives undefined for what is **missing** and null only for what is null on purpose:
 * - a path is missing where a key or index on it is absent (own keys only), also below an explicit null; a path that ends
 *   at an explicit null gives null;
 * - an operator hands on what it chose: `a || b` is missing when b is, ``a || `null` `` is null;
 * - a function or comparison that finds no answer (`max` of an empty list, `to_number('x')`, `'a' > 'b'`) is missing;
 * - filters and projections give a list, perhaps an empty one; inside lists and objects, missing becomes null.
 *
 * It throws TransformError when the record does not fit (a wrong type for a function, too much work, too deep).
 *
 * @param dialect Whose JMESPath it is; `php` is for what comes from Alumio.
 * @throws ConfigError ERR_EXPRESSION that names the expression and the position of the fault.
 */
export function compileExpression(source: string, dialect: Dialect = 'standard'): Find {
  const node = parseExpression(source);
  const path = toPath(node);
  if (path) return compilePath(path, dialect);
  const evaluate = compileTree(source, node, dialect);
  const isChecked = buildsValues(node);
  return (root, vars) => {
    try {
      const work = newWork();
      const result = evaluate(root, work, vars);
      if (isChecked) chargeWhole(work, result);
      return result;
    } catch (error) {
      throw toTransformError(source, error);
    }
  };
}

/**
 * Parses a JMESPath expression.
 *
 * @throws ConfigError ERR_EXPRESSION as {@link compileExpression} does.
 */
export function parseExpression(source: string): ExpressionNode {
  if (source.trim() === '') throw expressionError(source, 'is empty', 0);
  if (source.length > MAX_LENGTH) {
    throw expressionError(source, `has ${source.length} characters; at most ${MAX_LENGTH} are allowed`);
  }
  try {
    return compile(source);
  } catch (error) {
    if (isStackOverflow(error)) throw expressionError(source, 'is nested too deep');
    throw expressionError(source, reasonOf(error), positionOf(source));
  }
}

/** A fault in an expression as a person reads it: which one, where, and why. */
export function expressionError(source: string, reason: string, position?: number): ConfigError {
  const shown = shorten(source);
  const place = position === undefined ? '' : ` at position ${position + 1}`;
  return new ConfigError('ERR_EXPRESSION', `Expression "${shown}" is wrong${place}: ${reason}`, {
    details: { expression: shown, ...(position !== undefined && { position: position + 1 }) },
  });
}

/** An expression as it stands in messages. */
export function shorten(source: string): string {
  return source.length > 120 ? `${source.slice(0, 119)}…` : source;
}

type Path = readonly (string | number)[];

/** The keys and indexes of an expression that is nothing but a path, such as `a.b[0]."c d"`. */
function toPath(node: ExpressionNode): Path | undefined {
  if (node.type === 'Identity' || node.type === 'Current' || node.type === 'Root') return [];
  if (node.type === 'Field') return [node.name];
  if (node.type === 'Index') return [node.value];
  if (node.type !== 'Subexpression' && node.type !== 'IndexExpression') return undefined;
  const left = toPath(node.left);
  const right = toPath(node.right);
  return left && right && [...left, ...right];
}

function compilePath(path: Path, dialect: Dialect): Find {
  const [first, second, ...others] = path.map((step) => compilePathStep(step, dialect));
  if (!first) return (root) => root;
  if (!second) return first;
  if (others.length === 0) return (root) => second(first(root));
  return (root) => others.reduce((value, step) => step(value), second(first(root)));
}

function compilePathStep(step: string | number, dialect: Dialect): (value: Json | undefined) => Json | undefined {
  return typeof step === 'string' ? keyReader(step, dialect) : (value) => readIndex(value, step);
}

function compileTree(source: string, node: ExpressionNode, dialect: Dialect): ReturnType<typeof compileNode> {
  try {
    return compileNode(node, dialect);
  } catch (error) {
    if (isStackOverflow(error)) throw expressionError(source, 'is nested too deep');
    if (error instanceof ExpressionFault) throw expressionError(source, error.message);
    throw error;
  }
}

function toTransformError(source: string, error: unknown): unknown {
  const expression = shorten(source);
  if (error instanceof ExpressionFault) {
    return new TransformError(`Expression "${expression}": ${error.message}`, { expression });
  }
  if (isStackOverflow(error)) {
    return new TransformError(`Expression "${expression}": the record is nested too deep`, { expression });
  }
  return error;
}

function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError;
}

function reasonOf(error: unknown): string {
  const message = reasonText(error);
  // Past the last token the library's parser stumbles over undefined.
  if (error instanceof TypeError) return 'unexpected end';
  if (/\bEOF\b/.test(message)) return `unexpected end (${message.replace(/^Syntax error[:,] /, '')})`;
  return message.replace(/^Syntax error[:,] /, '').replace(/^syntax: /, '');
}

/** Where a broken expression stops making sense. The library's messages do not say, so it is found by parsing prefixes. */
function positionOf(source: string): number {
  const starts = tokenStarts(source);
  if (!starts) return readableLength(source);
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBroken(source.slice(0, starts[middle + 1] ?? source.length))) high = middle;
    else low = middle + 1;
  }
  return starts[low] ?? source.length;
}

function tokenStarts(source: string): readonly number[] | undefined {
  try {
    return tokenize(source).map((token) => token.start);
  } catch {
    return undefined;
  }
}

/** How much of a text that cannot be cut into tokens can. */
function readableLength(source: string): number {
  let length = source.length - 1;
  while (length > 0 && !tokenStarts(source.slice(0, length))) length -= 1;
  return length;
}

/** Whether no continuation could repair a prefix: it fails for another reason than that it ends. */
function isBroken(prefix: string): boolean {
  try {
    compile(prefix);
    return false;
  } catch (error) {
    return !(error instanceof TypeError) && !/\bEOF\b/.test(reasonText(error));
  }
}

function reasonText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
