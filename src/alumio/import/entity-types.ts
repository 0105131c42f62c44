import { isObject } from '../../core/record.ts';
import { type AlumioObject, parametersOf } from './read-export.ts';

/** Of which types entities are, as far as an export tells. */
export interface EntityTypes {
  /** Types of the entities that come into the chain of an object. */
  readonly into: (object: Pick<AlumioObject, 'type' | 'identifier'>) => readonly string[];
  /** Type of what comes out of a saved transformer. */
  readonly after: (transformer: string, type: string | undefined) => string | undefined;
}

/** Steps that say of which type entities are from there on. */
const SETTERS: ReadonlySet<unknown> = new Set(['type-setter', 'brancher']);

/** Options that hold steps, or identifiers of saved transformers. */
const HOLDS_STEPS = /transformers?$/i;

/**
 * Follows entities through an export: from incomings by their routes into outgoings, and into the saved transformers that
 * each of them runs.
 */
export function followEntities(objects: readonly AlumioObject[]): EntityTypes {
  const walk = new Walk(objects);
  const ofKind = (kind: string): AlumioObject[] => objects.filter(({ type }) => type === kind);
  const ends = new Map<unknown, string | undefined>();
  const targets = new Map<unknown, Set<string>>();
  for (const each of ofKind('incoming-configuration')) ends.set(each.identifier, walk.flow(each, undefined));
  for (const each of ofKind('route-configuration')) {
    const { incoming, outgoing } = each.parameters;
    const end = walk.flow(each, ends.get(incoming));
    if (end !== undefined) targets.set(outgoing, (targets.get(outgoing) ?? new Set()).add(end));
  }
  for (const each of ofKind('outgoing-configuration')) {
    const types = [...(targets.get(each.identifier) ?? [])];
    for (const type of types.length === 0 ? [undefined] : types) walk.flow(each, type);
  }
  return {
    into: ({ type, identifier }) => [...(walk.found.get(`${type}/${identifier}`) ?? [])],
    after: (transformer, type) => walk.enter(transformer, type),
  };
}

class Walk {
  readonly found = new Map<string, Set<string>>();
  readonly #saved: ReadonlyMap<string, AlumioObject>;
  /** Types that come out of saved transformers, by identifier and what came in; there from the moment that one is entered. */
  readonly #ends = new Map<string, string | undefined>();

  constructor(objects: readonly AlumioObject[]) {
    const saved = objects.filter(({ type }) => type === 'list-transformer');
    this.#saved = new Map(saved.map((object) => [object.identifier, object]));
  }

  /** @returns The type of what comes out. */
  flow({ type, identifier, parameters }: AlumioObject, incoming: string | undefined): string | undefined {
    const own = parameters['entityType'];
    const start = typeof own === 'string' && own !== '' ? own : incoming;
    this.#note(`${type}/${identifier}`, start);
    return this.#steps(parameters['transformers'], start);
  }

  #note(place: string, type: string | undefined): void {
    if (type === undefined) return;
    this.found.set(place, (this.found.get(place) ?? new Set()).add(type));
  }

  #steps(steps: unknown, type: string | undefined): string | undefined {
    if (Array.isArray(steps))
      return (steps as readonly unknown[]).reduce(
        (before: string | undefined, step) => this.#steps(step, before),
        type,
      );
    if (typeof steps === 'string') return this.enter(steps, type);
    return isObject(steps) ? this.#step(steps['prototype'], parametersOf(steps), type) : type;
  }

  #step(prototype: unknown, parameters: Readonly<Record<string, unknown>>, type: string | undefined) {
    const { entityType } = parameters;
    if (SETTERS.has(prototype) && typeof entityType === 'string') return entityType;
    return this.#inside(parameters, type);
  }

  /** Steps that stand anywhere in the options of a step. */
  #inside(value: unknown, type: string | undefined): string | undefined {
    if (Array.isArray(value))
      return (value as readonly unknown[]).reduce(
        (before: string | undefined, each) => this.#inside(each, before),
        type,
      );
    if (!isObject(value)) return type;
    return Object.entries(value).reduce(
      (before: string | undefined, [name, each]) =>
        HOLDS_STEPS.test(name) ? this.#steps(each, before) : this.#inside(each, before),
      type,
    );
  }

  /** @returns The type of what comes out of a saved transformer. */
  enter(identifier: string, type: string | undefined): string | undefined {
    const object = this.#saved.get(identifier);
    if (!object) return type;
    const key = JSON.stringify([identifier, type]);
    if (this.#ends.has(key)) return this.#ends.get(key);
    this.#ends.set(key, type);
    this.#note(`list-transformer/${identifier}`, type);
    const end = this.#step(object.prototype, object.parameters, type);
    this.#ends.set(key, end);
    return end;
  }
}
