import { compileExpression, parseExpression } from './expression.ts';
import { childrenOf, type ExpressionNode } from './expression-nodes.ts';

/**
 * The keys that an expression reads from its root: `config` and `record` of `config.url || record.items[?id]`.
 *
 * @throws ConfigError ERR_EXPRESSION as `compileExpression` does.
 */
export function rootNames(source: string): readonly string[] {
  compileExpression(source);
  const names = new Set<string>();
  collect(parseExpression(source), true, names);
  return [...names];
}

/** A key of the root, and the key below it where the expression goes on with one. */
export interface RootField {
  readonly root: string;
  readonly field: string | undefined;
}

/**
 * What an expression reads below the keys of its root: `config` and `url` of `config.url || 'x'`.
 *
 * @throws ConfigError ERR_EXPRESSION as `compileExpression` does.
 */
export function rootFields(source: string): readonly RootField[] {
  compileExpression(source);
  const found: RootField[] = [];
  collectFields(parseExpression(source), true, found);
  return found;
}

function collectFields(node: ExpressionNode, atRoot: boolean, found: RootField[]): void {
  if (node.type === 'Field') {
    if (atRoot) found.push({ root: node.name, field: undefined });
    return;
  }
  if (node.type === 'Subexpression' && atRoot && node.left.type === 'Field' && node.right.type === 'Field') {
    found.push({ root: node.left.name, field: node.right.name });
    return;
  }
  for (const child of childrenOf(node)) collectFields(child, isAtRoot(child, node, atRoot), found);
}

/** Nodes whose right side is evaluated on what the left side gives. */
const SEQUENCES: ReadonlySet<string> = new Set(['Subexpression', 'IndexExpression', 'Pipe']);

/** Nodes whose right side and condition are evaluated on each item of the left side. */
const PROJECTIONS: ReadonlySet<string> = new Set(['Projection', 'ValueProjection', 'FilterProjection']);

/** @param atRoot Whether the node is evaluated on the root, not on a part of it. */
function collect(node: ExpressionNode, atRoot: boolean, names: Set<string>): void {
  if (node.type === 'Field') {
    if (atRoot) names.add(node.name);
    return;
  }
  for (const child of childrenOf(node)) collect(child, isAtRoot(child, node, atRoot), names);
}

/** Whether a child is evaluated on the root, given whether its parent is. */
function isAtRoot(child: ExpressionNode, parent: ExpressionNode, atRoot: boolean): boolean {
  if (parent.type === 'ExpressionReference') return false;
  if (!('left' in parent) || child === parent.left) return atRoot;
  if (PROJECTIONS.has(parent.type)) return false;
  return SEQUENCES.has(parent.type) ? givesRoot(parent.left, atRoot) : atRoot;
}

function givesRoot(node: ExpressionNode, atRoot: boolean): boolean {
  if (node.type === 'Root') return true;
  return atRoot && (node.type === 'Current' || node.type === 'Identity');
}
