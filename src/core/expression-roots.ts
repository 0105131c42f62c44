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
