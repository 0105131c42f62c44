import { distance } from 'fastest-levenshtein';

/**
 * The known word that was most likely meant.
 *
 * @returns undefined when nothing is near enough to be a typing error.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const begun = known.filter((candidate) => isBeginning(word.toLowerCase(), candidate.toLowerCase()));
  if (begun.length === 1) return begun[0];
  const scored = known
    .map((candidate) => ({ candidate, score: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.score - b.score);
  const best = scored[0];
  return best && best.score <= Math.max(2, Math.ceil(word.length / 3)) ? best.candidate : undefined;
}

/** A word that was cut off, or has too much at its end. */
function isBeginning(word: string, candidate: string): boolean {
  const [short, long] = word.length < candidate.length ? [word, candidate] : [candidate, word];
  return short.length >= 4 && long.startsWith(short) && long.length <= 2 * short.length;
}

/** " (did you mean …?)" or, where nothing is near, " (known: …)" with at most twelve names. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near !== undefined) return ` (did you mean "${near}"?)`;
  if (known.length === 0) return '';
  const shown = known.slice(0, 12).join(', ');
  return ` (known: ${shown}${known.length > 12 ? ', …' : ''})`;
}
