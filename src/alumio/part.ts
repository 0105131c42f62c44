import type { Component } from '../core/component.ts';
import { ConfigError } from '../core/errors.ts';
import type { Json } from '../core/record.ts';
import type { StepRun } from '../core/step-run.ts';
import { checkComponent, join, problemsOf, throwProblems } from '../core/validation.ts';
import type { Php, PhpArray } from './php/array.ts';
import type { Keys } from './php/pattern.ts';
import type { Fill } from './php/placeholders.ts';

/** Changes one value. `root` is the entity, for placeholders. */
export type MapValue = (value: Php, root: Php, run: StepRun) => Php;

/** Tells whether a value is as wanted. */
export type Condition = (value: Php, run: StepRun) => boolean;

/** Tells whether an entity is as wanted. */
export type Filter = (root: Php, run: StepRun) => boolean | Promise<boolean>;

/** One value that an accessor reaches. */
export interface Entry {
  readonly key: string;
  /** The key as paths write it: one with a dot stands in quotes. */
  readonly name: string;
  readonly path: Keys;
  readonly value: Php;
}

/** A way to reach values of an entity. What changes, changes in place; the root that comes back is the one to go on with. */
export interface Accessor {
  readonly read: (root: Php) => readonly Entry[];
  readonly remove: (root: Php, entries: readonly Entry[]) => void;
  /** Sets values by their keys, beside those that are there. */
  readonly add: (root: Php, values: Iterable<readonly [string, Php]>) => Php;
  /** Like `add`, by keys as paths write them; where values have their keys beside them, those are taken as they are. */
  readonly addAt: (root: Php, values: Iterable<readonly [string, Php]>) => Php;
  /** Sets the value of an entry that was read. */
  readonly put: (root: Php, entry: Entry, value: Php) => Php;
  /** All values as one array, for what looks at them together; undefined where there is none. */
  readonly list: (root: Php) => PhpArray | undefined;
  /** Puts something in the place of that array. */
  readonly replace: (root: Php, value: Php) => Php;
}

/** What parts are made with. */
export interface PartContext {
  readonly accessor: (value: unknown, at: string) => Accessor;
  readonly mappers: (list: unknown, at: string) => MapValue;
  /** All of them have to hold. */
  readonly conditions: (list: unknown, at: string) => Condition;
  readonly filters: (list: unknown, at: string) => Filter;
  readonly fill: (value: Json, at: string) => Fill;
  readonly text: (value: string, at: string) => (root: Php, run: StepRun) => string;
}

/** A part of a step: an accessor, mapper, condition or filter, by the name that an export gives it. */
export interface Part<Made, Options = never> extends Component {
  create(options: Options, context: PartContext): Made;
}

/** Parts of one sort by their `type`. */
export function registry<Made>(parts: readonly Part<Made>[]): ReadonlyMap<string, Part<Made>> {
  return new Map(parts.map((part) => [part.type, part]));
}

/**
 * Makes a part of `{ "type": …, …options }`.
 *
 * @throws ConfigError ERR_INVALID with the place below `at`.
 */
export function createPart<Made>(
  parts: ReadonlyMap<string, Part<Made>>,
  value: unknown,
  { what, at, context }: { readonly what: string; readonly at: string; readonly context: PartContext },
): Made {
  const checked = checkComponent(parts, value, what, at);
  throwProblems(what, checked.problems);
  const { component, options } = checked as { component: Part<Made>; options: unknown };
  try {
    // The options have just been checked against the schema that `create`'s parameter type comes from.
    return component.create(options as never, context);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = problemsOf(error, at);
    throw new ConfigError(error.code, error.message, { details: { ...error.details, problems } });
  }
}

/** Makes the parts of a list. */
export function createParts<Made>(
  parts: ReadonlyMap<string, Part<Made>>,
  list: unknown,
  { what, at, context }: { readonly what: string; readonly at: string; readonly context: PartContext },
): Made[] {
  const values = Array.isArray(list) ? (list as readonly unknown[]) : [];
  return values.map((value, index) => createPart(parts, value, { what, at: join(at, index), context }));
}

/** JSON Schemas of options that hold parts. */
const PART = {
  type: 'object',
  properties: { type: { type: 'string', description: 'Which part it is; the others are its options.' } },
  required: ['type'],
} as const;
export const ACCESSOR = {
  ...PART,
  description:
    'Which values are meant: { "type": "pattern", "pattern": "lines.*.sku" }, { "type": "key", "root": "values", "keys": [] } or { "type": "structure", "root": "attributes", "key": "name", "value": "value" }.',
} as const;
export const MAPPERS = {
  type: 'array',
  items: PART,
  default: [],
  description: 'Mappers, one after the other: [{ "type": "string-lower" }].',
} as const;
export const CONDITIONS = {
  type: 'array',
  items: PART,
  default: [],
  description: 'Conditions on the value, all of which have to hold: [{ "type": "equals", "value": null }].',
} as const;
/** Options of a condition that is made of others and nothing else. */
export const OF_CONDITIONS = {
  type: 'object',
  properties: { conditions: CONDITIONS },
  required: ['conditions'],
  additionalProperties: false,
} as const;
export const FILTERS = {
  type: 'array',
  items: PART,
  default: [],
  description:
    'Conditions on the record, all of which have to hold: [{ "type": "key-condition", "filter": { "type": "key-exists-condition", "path": "sku" } }].',
} as const;
export { PART };
