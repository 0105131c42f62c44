const MAX_LENGTH = 255;

/** Gives identifiers that documents may have, the same one for the same name and different ones for different names. */
export class Names {
  readonly #given = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** Identifier for a name of the export. */
  of(name: string): string {
    const known = this.#given.get(name);
    if (known !== undefined) return known;
    const identifier = this.#free(normalize(name));
    this.#given.set(name, identifier);
    this.#taken.add(identifier);
    return identifier;
  }

  #free(wanted: string): string {
    for (let number = 1; ; number += 1) {
      const suffix = number === 1 ? '' : `-${number}`;
      const candidate = wanted.slice(0, MAX_LENGTH - suffix.length) + suffix;
      if (!this.#taken.has(candidate)) return candidate;
    }
  }
}

function normalize(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'unnamed' : plain.slice(0, MAX_LENGTH);
}
