import { ConfigError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { Document, Kind } from '../kinds.ts';

/** Kinds of documents that have steps and tests. */
export const TESTED_KINDS = ['transformer', 'incoming', 'outgoing', 'route'] as const satisfies readonly Kind[];
export type TestedKind = (typeof TESTED_KINDS)[number];

/** Steps with the place where they stand: `incoming "orders": spec.transformers`. */
export interface Stage {
  readonly at: string;
  readonly steps: unknown;
}

/**
 * The steps that a record goes through in a document, one list after the other. Those of a route are those of its incoming,
 * its own, and those of its outgoing.
 *
 * @throws ConfigError ERR_NOT_FOUND where a document is not there.
 */
export function stagesOf(kind: TestedKind, identifier: string, documents: readonly Document[]): Stage[] {
  const document = findDocument(kind, identifier, documents);
  const own: Stage = { at: `${kind} "${identifier}": spec.transformers`, steps: document.spec['transformers'] ?? [] };
  if (kind !== 'route') return [own];
  const { incoming, outgoing } = document.spec as { readonly incoming: string; readonly outgoing: string };
  return [...stagesOf('incoming', incoming, documents), own, ...stagesOf('outgoing', outgoing, documents)];
}

/** A document of a kind. Throws ConfigError ERR_NOT_FOUND with the nearest name. */
export function findDocument(kind: Kind, identifier: string, documents: readonly Document[]): Document {
  const ofKind = documents.filter((document) => document.kind === kind);
  const found = ofKind.find((document) => document.identifier === identifier);
  if (found) return found;
  const known = ofKind.map((document) => document.identifier);
  throw new ConfigError('ERR_NOT_FOUND', `There is no ${kind} "${identifier}"${didYouMean(identifier, known)}`);
}

/** Saved transformers that steps run, at any depth of their options. */
function usedIn(steps: unknown): string[] {
  const found: string[] = [];
  JSON.stringify(steps, (key, value: unknown) => {
    if (key === 'use' && typeof value === 'string') found.push(value);
    return value;
  });
  return found;
}

/** Whether a document, or something that its steps run, is among those that change. */
export function isAffected(document: Document, changed: ReadonlySet<string>, documents: readonly Document[]): boolean {
  const seen = new Set<string>();
  const visit = (kind: Kind, identifier: string): boolean => {
    const id = `${kind}/${identifier}`;
    if (changed.has(id)) return true;
    if (seen.has(id)) return false;
    seen.add(id);
    const found = documents.find((each) => each.kind === kind && each.identifier === identifier);
    if (!found) return false;
    const { incoming, outgoing, transformers } = found.spec;
    const ends = kind === 'route' ? [visit('incoming', String(incoming)), visit('outgoing', String(outgoing))] : [];
    return ends.includes(true) || usedIn(transformers).some((use) => visit('transformer', use));
  };
  return visit(document.kind, document.identifier);
}
