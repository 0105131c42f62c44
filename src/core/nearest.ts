import { distance } from 'fastest-levenshtein';

/**
 * The known word that was most likely meant.
 *
 * @returns undefined when nothing is near enough to be a typing error.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const scored = known
    .map((candidate) => ({ candidate, score: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.score - b.score);
  const best = scored[0];
  return best && best.score <= Math.max(2, Math.ceil(word.length / 3)) ? best.candidate : undefined;
}

/** " (did you mean …?)" or, where nothing is near, " (known: …)" with at most twelve names. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near !== undefined) return ` (did you mean "${near}"?)`;
  if (known.length === 0) return '';
  const shown = known.slice(0, 12).join(', ');
  return ` (known: ${shown}${known.length > 12 ? ', …' : ''})`;
}
