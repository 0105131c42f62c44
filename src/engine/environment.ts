import { canonicalText } from '../core/canonical-text.ts';
import type { ReadKind } from '../core/component.ts';
import { isObject } from '../core/record.ts';
import type { ValueMapRow } from '../core/value-map.ts';
import type { Document } from './kinds.ts';

/** The spec of a document that steps read, as it is in an environment. */
export function specIn(environment: string | undefined, document: Document): Document['spec'] {
  const { environments, ...spec } = document.spec;
  if (environment === undefined || !isObject(environments) || !Object.hasOwn(environments, environment)) return spec;
  const own = environments[environment];
  if (!isObject(own)) return spec;
  const { rows, ...rest } = own;
  return { ...spec, ...rest, ...(rows !== undefined && { rows: rowsOver(spec['rows'], rows) }) };
}

/** Rows of an environment, and those of the map whose source value it does not have. */
function rowsOver(base: unknown, over: unknown): ValueMapRow[] {
  const rows = over as readonly ValueMapRow[];
  const given = new Set(rows.map(([from]) => canonicalText(from)));
  return [...rows, ...(base as readonly ValueMapRow[]).filter(([from]) => !given.has(canonicalText(from)))];
}

/** Finds what a step reads among documents, as it is in an environment. */
export function documentsIn(
  environment: string | undefined,
  find: (kind: ReadKind, identifier: string) => Document,
): (kind: ReadKind, identifier: string) => Document['spec'] {
  return (kind, identifier) => specIn(environment, find(kind, identifier));
}
