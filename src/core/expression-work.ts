import type { Json } from './record.ts';

/** What one expression may do for one record: visits of values, list items, and sixteen characters of text each count one. */
const MAX_WORK = 2_000_000;

/** Deepest nesting that a result may have; serialising and storing it recurse. */
const MAX_DEPTH = 1_000;

const CHARACTERS_PER_UNIT = 16;

/** Searching compares every place of the text with the whole part at worst. */
const COMPARISONS_PER_UNIT = 2_048;

/** What is wrong with an expression, or with what it met; its caller adds which expression it was. */
export class ExpressionFault extends Error {}

/** The work that is left to one evaluation. */
export interface Work {
  left: number;
}

export function newWork(): Work {
  return { left: MAX_WORK };
}

/** Takes `units` off the work that is left. Throws ExpressionFault when nothing remains. */
export function charge(work: Work, units: number): void {
  work.left -= units;
  if (work.left < 0) throw new ExpressionFault('would take too much work or memory for one record');
}

/** Takes off what a text of this length costs; called before the text is built. */
export function chargeText(work: Work, length: number): void {
  charge(work, length / CHARACTERS_PER_UNIT);
}

/** Takes off what it costs to look for a part in a text. */
export function chargeSearch(work: Work, text: string, part: string): void {
  charge(work, (text.length * part.length) / COMPARISONS_PER_UNIT);
}

/** Takes off what one pass over a value costs, without looking inside its items. */
export function chargePass(work: Work, value: Json | undefined): void {
  if (typeof value === 'string') chargeText(work, value.length);
  else if (Array.isArray(value)) charge(work, value.length);
  else if (typeof value === 'object' && value !== null) charge(work, Object.keys(value).length);
}

/**
 * Walks a whole value and takes off its size.
 *
 * Lists can share items, so a value that was cheap to build may be vast once written out: `[@, @] | [@, @] | …`.
 */
export function chargeWhole(work: Work, value: Json | undefined, depth = 0): void {
  charge(work, 1);
  if (typeof value === 'string') chargeText(work, value.length);
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw new ExpressionFault(`gives a value nested deeper than ${MAX_DEPTH} levels`);
  for (const child of Object.values<Json>(value)) chargeWhole(work, child, depth + 1);
}
