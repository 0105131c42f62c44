import { canonicalText } from './canonical-text.ts';
import { type Json, plainText } from './record.ts';

/** A row of a value map: what is looked for, and what it becomes. */
export type ValueMapRow = readonly [from: Json, to: Json];

/**
 * Makes a look-up of the rows of a value map, in their order.
 *
 * A value of the same type comes first; where none has it, its text counts: 9 is found under "9", too, as tables from files
 * hold texts alone.
 *
 * @param ignoresCase Whether upper and lower case count as the same in texts.
 * @returns Everything that a value becomes; empty where no row has it.
 */
export function compileValueMap(rows: readonly ValueMapRow[], ignoresCase: boolean): (value: Json) => readonly Json[] {
  const exact = new Map<string, Json[]>();
  const byText = new Map<string, Json[]>();
  const nameOf = (value: Json): string => {
    const text = plainText(value);
    return ignoresCase ? text.toLowerCase() : text;
  };
  for (const [from, to] of rows) {
    add(exact, canonicalText(from), to);
    // Nothing is no text: an empty cell is not null.
    if (from !== null) add(byText, nameOf(from), to);
  }
  return (value) => {
    const found = exact.get(canonicalText(value));
    if (found) return found;
    return (value === null ? undefined : byText.get(nameOf(value))) ?? [];
  };
}

function add(index: Map<string, Json[]>, name: string, to: Json): void {
  const known = index.get(name);
  if (known) known.push(to);
  else index.set(name, [to]);
}
