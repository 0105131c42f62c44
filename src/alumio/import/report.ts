/** What became of an object or a step. */
export type Fate = 'translated' | 'approximated' | 'left-out';

/** A step of a chain, and what became of it. */
export interface StepReport {
  /** Where it stands in the export: `transformers[2].filters[0]`. */
  readonly at: string;
  /** Its name in the export: `pattern-move`. */
  readonly prototype: string;
  readonly fate: Fate;
  /** What differs, or why it was left out. */
  readonly note?: string;
}

/** An object of the export, and what became of it. */
export interface ObjectReport {
  readonly type: string;
  readonly identifier: string;
  readonly source: string;
  readonly fate: Fate;
  /** The document that it became, or is part of. */
  readonly document?: { readonly kind: string; readonly identifier: string };
  /** What differs, why it was left out, and what to do by hand. */
  readonly notes: readonly string[];
  readonly steps: readonly StepReport[];
}

/** The report of an import. */
export interface ImportReport {
  readonly objects: readonly ObjectReport[];
  /** How many objects and steps were translated, approximated and left out. */
  readonly counts: { readonly objects: Counts; readonly steps: Counts };
  /** Environment variables that the documents read. */
  readonly variables: readonly string[];
}

export type Counts = Readonly<Record<Fate, number>>;

/** Counts fates. */
export function countFates(items: readonly { readonly fate: Fate }[]): Counts {
  const count = (fate: Fate): number => items.filter((item) => item.fate === fate).length;
  return { translated: count('translated'), approximated: count('approximated'), 'left-out': count('left-out') };
}

/** The worst fate of several. */
export function worstFate(fates: readonly Fate[]): Fate {
  if (fates.includes('left-out')) return 'left-out';
  return fates.includes('approximated') ? 'approximated' : 'translated';
}
