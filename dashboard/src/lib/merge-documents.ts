/** Two changes of the same document, in one. */
export interface Merged {
  readonly value: unknown;
  /** Places that both changed, each in another way; there `mine` is in the value. */
  readonly clashes: readonly string[];
}

/** Puts together what two people made of the same thing. Lists count as a whole: their places mean nothing. */
export function mergeDocuments(base: unknown, mine: unknown, theirs: unknown, path = ''): Merged {
  if (isSame(mine, base) || isSame(mine, theirs)) return { value: theirs, clashes: [] };
  if (isSame(theirs, base)) return { value: mine, clashes: [] };
  if (!isBranch(mine) || !isBranch(theirs)) return { value: mine, clashes: [path === '' ? 'document' : path] };
  const old = isBranch(base) ? base : {};
  const parts = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])].map((name) => ({
    name,
    ...mergeDocuments(own(old, name), own(mine, name), own(theirs, name), path === '' ? name : `${path}.${name}`),
  }));
  const kept = parts.filter(({ value }) => value !== undefined);
  return {
    value: Object.fromEntries(kept.map(({ name, value }) => [name, value])),
    clashes: parts.flatMap(({ clashes }) => clashes),
  };
}

type Branch = Readonly<Record<string, unknown>>;

function isBranch(value: unknown): value is Branch {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(one: unknown, other: unknown): boolean {
  return Object.is(one, other) || (one !== undefined && JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isBranch(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .filter((name) => value[name] !== undefined)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

function own(value: Branch, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
