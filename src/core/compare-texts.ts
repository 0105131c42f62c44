/**
 * Orders two texts by their code points, as JMESPath does.
 *
 * JavaScript's `<` compares UTF-16 units, which puts characters beyond U+FFFF before some of those below it.
 *
 * @returns Less than 0, 0, or more than 0.
 */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates stand for characters beyond all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
