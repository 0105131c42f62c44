import { TransformError } from './errors.ts';
import { formatPath, type FieldPath } from './field-path.ts';
import { isRecord, type DataRecord, type Json } from './record.ts';

/** How far a list may be filled up with null, so that what is set keeps its place. */
const MAX_PLACE = 100_000;

type Container = Json[] | Record<string, Json>;

/** Stands where a list item was removed, until the lists are closed up. */
const REMOVED = Symbol('removed') as unknown as Json;

/**
 * A record that many changes are made to. Each list and object on the way is copied once, not once for each change, so
 * that a thousand changes to a list of a thousand items stay cheap. The record it was made of is left alone.
 */
export class RecordDraft {
  #root: DataRecord;
  readonly #owned = new Set<object>();
  readonly #holed = new Set<Json[]>();

  constructor(record: DataRecord) {
    this.#root = record;
  }

  /** The record with all changes. */
  get record(): DataRecord {
    this.closeUp();
    return this.#root;
  }

  /**
   * Sets a value. Missing or null parts of the path become objects, or lists where a place follows; a list is filled up
   * with null before the place.
   *
   * @throws TransformError when a part of the path is a plain value, or a list has no such place.
   */
  set(path: FieldPath, value: Json): void {
    this.#root = this.#at(this.#root, path, 0, (container, key) => {
      write(container, key, value);
    }) as DataRecord;
  }

  /** Removes what stands at a path, which must be there. Lists close up when the record is taken. */
  remove(path: FieldPath): void {
    this.#root = this.#at(this.#root, path, 0, (container, key) => {
      if (Array.isArray(container)) {
        container[placeIn(container, key, path)] = REMOVED;
        this.#holed.add(container);
      } else Reflect.deleteProperty(container, String(key));
    }) as DataRecord;
  }

  /** Closes up the lists that items were removed from: later places mean what is there now. */
  closeUp(): void {
    for (const list of this.#holed) {
      let length = 0;
      for (const item of list) if (item !== REMOVED) list[length++] = item;
      list.length = length;
    }
    this.#holed.clear();
  }

  #at(
    value: Json | undefined,
    path: FieldPath,
    depth: number,
    change: (inside: Container, key: string | number) => void,
  ) {
    const segment = path[depth] ?? '';
    const container = this.#own(value ?? (typeof segment === 'number' ? [] : {}), path, depth);
    const key = Array.isArray(container) ? placeIn(container, segment, path.slice(0, depth)) : String(segment);
    if (depth === path.length - 1) change(container, key);
    else write(container, key, this.#at(read(container, key), path, depth + 1, change));
    return container;
  }

  #own(value: Json, path: FieldPath, depth: number): Container {
    if (typeof value === 'object' && value !== null && this.#owned.has(value)) return value as Container;
    const copy = Array.isArray(value) ? [...(value as readonly Json[])] : isRecord(value) ? { ...value } : undefined;
    if (!copy) throw new TransformError(`Field "${formatPath(path.slice(0, depth))}" is not an object`);
    this.#owned.add(copy);
    return copy;
  }
}

function read(container: Container, key: string | number): Json | undefined {
  if (Array.isArray(container)) return container[key as number];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

function write(container: Container, key: string | number, value: Json): void {
  if (Array.isArray(container)) {
    while (container.length < (key as number)) container.push(null);
    container[key as number] = value;
  } else if (key === '__proto__') {
    // Assigning would set the prototype.
    Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });
  } else container[key] = value;
}

function placeIn(list: readonly Json[], segment: string | number, path: FieldPath): number {
  const field = formatPath(path);
  if (typeof segment === 'string' && !/^\d{1,9}$/.test(segment)) {
    throw new TransformError(`Field "${field}" is a list, not an object`, { field });
  }
  const index = Number(segment);
  const place = index < 0 ? index + list.length : index;
  // Only a place that came from a list may lie beyond the end: those are no more than there are items.
  const limit = typeof segment === 'number' ? Math.max(list.length, MAX_PLACE) : list.length;
  if (place >= 0 && place <= limit) return place;
  throw new TransformError(`List "${field}" has ${list.length} items, so ${index} cannot be set`, { field });
}
