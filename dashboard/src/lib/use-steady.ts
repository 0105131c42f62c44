import { useState } from 'react';

/** A list that does not move while somebody looks at it. */
export interface Steady<T> {
  readonly shown: readonly T[];
  /** How many came since; `show` lets them in. */
  readonly fresh: number;
  readonly show: () => void;
}

/**
 * Holds a list still: what is in it changes in place, and what is new waits for `show`, so that nothing moves under the
 * cursor. Rows stay in the order in which they were first shown.
 *
 * @param view What the list is of, filters and all: another view begins anew.
 */
export function useSteady<T>(items: readonly T[], keyOf: (item: T) => string, view: string): Steady<T> {
  const keys = items.map(keyOf);
  const [held, setHeld] = useState({ view, keys });
  const isAnew = held.view !== view || held.keys.length === 0;
  if (isAnew && (held.view !== view || keys.length > 0)) setHeld({ view, keys });
  const order = isAnew ? keys : held.keys;
  const known = new Map(items.map((item) => [keyOf(item), item]));
  return {
    shown: order.flatMap((key) => known.get(key) ?? []),
    fresh: keys.filter((key) => !order.includes(key)).length,
    show: () => setHeld({ view, keys }),
  };
}
