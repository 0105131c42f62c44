/**
 * A map whose values are made when they are first asked for, each once.
 *
 * @param make Throws what is wrong with a value; then the next who asks is told again.
 */
export class MapWhenAsked<Value> implements ReadonlyMap<string, Value> {
  readonly #names: ReadonlySet<string>;
  readonly #make: (name: string) => Value;
  readonly #made = new Map<string, Value>();

  constructor(names: Iterable<string>, make: (name: string) => Value) {
    this.#names = new Set(names);
    this.#make = make;
  }

  get size(): number {
    return this.#names.size;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  get(name: string): Value | undefined {
    if (!this.#names.has(name)) return undefined;
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const made = this.#make(name);
    this.#made.set(name, made);
    return made;
  }

  keys(): MapIterator<string> {
    return this.#names.values();
  }

  values(): MapIterator<Value> {
    return this.#all().values();
  }

  entries(): MapIterator<[string, Value]> {
    return this.#all().entries();
  }

  [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.entries();
  }

  forEach(visit: (value: Value, name: string, map: ReadonlyMap<string, Value>) => void): void {
    for (const [name, value] of this) visit(value, name, this);
  }

  #all(): Map<string, Value> {
    return new Map([...this.#names].map((name) => [name, this.get(name) as Value]));
  }
}
