import { fieldType, type ValueType } from './types.ts';
import { isHostile, type Node, own, ownList, ownNode, resolve } from './references.ts';

/** One field of a payload form. */
export interface Field {
  readonly type: ValueType;
  readonly readOnly: boolean;
}

/** Deepest nesting of `allOf` that is followed. */
const MAX_DEPTH = 20;

/** Top-level fields of a schema, those of all parts of an `allOf` together, in the document's order. */
export function schemaFields(document: Node, schema: unknown): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  collect(document, schema, fields, new Set(), 0);
  return fields;
}

function collect(document: Node, schema: unknown, into: Map<string, Field>, seen: Set<Node>, depth: number): void {
  const resolved = resolve(document, schema);
  if (!resolved || seen.has(resolved) || depth > MAX_DEPTH) return;
  seen.add(resolved);
  for (const part of ownList(resolved, 'allOf')) collect(document, part, into, seen, depth + 1);
  for (const [name, property] of Object.entries(ownNode(resolved, 'properties') ?? {})) {
    if (isHostile(name)) continue;
    into.set(name, { type: fieldType(document, property), readOnly: own(property, 'readOnly') === true });
  }
}
