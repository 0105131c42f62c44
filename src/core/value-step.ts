import type { Component } from './component.ts';
import { ConfigError, TransformError } from './errors.ts';
import type { Json } from './record.ts';
import { checkComponent, join, problemsOf, throwProblems, type Problem } from './validation.ts';

/**
 * Changes one value. `record` is what templates and conditions in the step's options read.
 *
 * Answers undefined where there is nothing: the field then counts as missing. Throws TransformError.
 */
export type ApplyToValue = (value: Json, record: Json) => Json | undefined;

/** One worked example; it runs as a test. */
export interface ValueStepExample {
  /** Options without `type`. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly input: Json;
  /** The record around the value, for options that read it. */
  readonly record?: Json;
  /** What comes out; or, where the step is meant to fail, part of its message in `error`. Neither: nothing comes out. */
  readonly output?: Json;
  readonly error?: string;
}

/** What a value step may need while it is created. */
export interface ValueStepContext {
  /** Compiles a nested list of value steps; `at` is appended to the path shown in errors. */
  readonly steps: (steps: unknown, at: string) => ApplyToValue;
  /** Value of an environment variable; undefined when it is not set. */
  readonly variable: (name: string) => string | undefined;
}

/** A step that changes one value, as rules of `map` use it. Describes itself as every component does. */
export interface ValueStep<Options = never> extends Component {
  /**
   * Whether it is also applied to null and to what is missing, which it gets as null. The others leave both as they are.
   */
  readonly handlesNull?: true;
  readonly examples: readonly ValueStepExample[];
  /** Compiles the checked options. Throws ConfigError on combinations that the schema cannot refuse. */
  create(options: Options, context: ValueStepContext): ApplyToValue;
}

/** JSON Schema of an option that takes value steps. */
export const VALUE_STEPS = {
  type: 'array',
  items: { type: 'object' },
  description:
    'Value steps, applied to the value one after the other: [{ "type": "trim" }, { "type": "case", "to": "lower" }].',
} as const;

/** What value steps are compiled with. */
export interface ValueStepDeps {
  readonly steps: ReadonlyMap<string, ValueStep>;
  readonly variable: (name: string) => string | undefined;
}

/**
 * Compiles a list of value steps, as it stands in a document, to one function.
 *
 * @param at Where the list stands, for paths in errors: `fields.price.steps`.
 * @throws ConfigError ERR_INVALID with the `details.problems` of all steps.
 */
export function compileValueSteps(steps: unknown, at: string, deps: ValueStepDeps): ApplyToValue {
  const problems: Problem[] = [];
  const apply = compileList(steps, at, deps, problems);
  throwProblems('value steps', problems);
  return apply;
}

interface Compiled {
  readonly path: string;
  readonly type: string;
  readonly handlesNull: boolean;
  readonly apply: ApplyToValue;
}

function compileList(steps: unknown, at: string, deps: ValueStepDeps, problems: Problem[]): ApplyToValue {
  if (!Array.isArray(steps)) {
    problems.push({ path: at, message: 'must be a list of value steps' });
    return (value) => value;
  }
  const compiled = steps.flatMap((step: unknown, index) => compileOne(step, join(at, index), deps, problems) ?? []);
  return (value, record) => run(compiled, value, record);
}

function compileOne(step: unknown, path: string, deps: ValueStepDeps, problems: Problem[]): Compiled | undefined {
  const checked = checkComponent(deps.steps, step, 'value step', path);
  problems.push(...checked.problems);
  if (!('component' in checked)) return undefined;
  const { component } = checked;
  const context: ValueStepContext = {
    steps: (inner, at) => compileList(inner, join(path, at), deps, problems),
    variable: deps.variable,
  };
  try {
    // The options have just been checked against the schema that `create`'s parameter type comes from.
    const apply = component.create(checked.options as never, context);
    return { path, type: component.type, handlesNull: component.handlesNull ?? false, apply };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...problemsOf(error, path));
    return undefined;
  }
}

function run(steps: readonly Compiled[], start: Json, record: Json): Json | undefined {
  let value: Json | undefined = start;
  for (const step of steps) {
    if ((value === undefined || value === null) && !step.handlesNull) continue;
    value = applyOne(step, value ?? null, record);
  }
  return value;
}

function applyOne(step: Compiled, value: Json, record: Json): Json | undefined {
  try {
    return step.apply(value, record);
  } catch (error) {
    // The innermost step names its place.
    if (!(error instanceof TransformError) || 'valueStep' in error.details) throw error;
    const details = { ...error.details, valueStep: step.path, valueStepType: step.type };
    throw new TransformError(`"${step.type}" ${error.message}`, details, error.code);
  }
}
