import type { ImportedDocument, Outcome } from './import.ts';
import type { AlumioObject } from './read-export.ts';
import { fateOf, type TranslatedChain } from './translate-steps.ts';

/** What has no counterpart here, and why. */
export function leftOut(...notes: string[]): Outcome {
  return { fate: 'left-out', notes, steps: [], uses: [] };
}

/** A chain as a saved transformer. */
export function chainOutcome(object: AlumioObject, identifier: string, chain: TranslatedChain): Outcome {
  const document: ImportedDocument = {
    ...envelope(object),
    kind: 'transformer',
    identifier,
    spec: { transformers: chain.steps },
  };
  const uses = chain.uses.map((each) => `transformer/${each}`);
  return { document, fate: fateOf(chain.reports), notes: [], steps: chain.reports, uses };
}

/** Name and description, where the object has some. */
export function envelope({ name, description }: AlumioObject): { name?: string; description?: string } {
  return {
    ...(name.trim() !== '' && { name: name.trim().slice(0, 255) }),
    ...(description.trim() !== '' && { description: description.trim().slice(0, 60_000) }),
  };
}
