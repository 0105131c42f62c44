/**
 * A whole number that looks random and depends only on its arguments.
 *
 * Records are computed from their index, so no generator has to run through those before it.
 */
export function scatter(random: number, index: number, salt: number): number {
  let hash = (Math.imul(random, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b) ^ Math.imul(salt + 1, 0xc2b2ae35)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Picks one of a list by a scattered number. */
export function pick<T>(list: readonly T[], number: number): T {
  const chosen = list[number % list.length];
  if (chosen === undefined) throw new Error('Nothing to pick from');
  return chosen;
}
