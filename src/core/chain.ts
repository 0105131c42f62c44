import type { Transform, Transformer, TransformerContext } from './component.ts';
import { transformEach } from './each-record.ts';
import { ConfigError, NotYetError, TransformError } from './errors.ts';
import { isObject, type DataRecord } from './record.ts';
import type { StepRun } from './step-run.ts';
import { checkComponent, checkSchema, join, problemsOf, throwProblems, type Problem } from './validation.ts';

/** What a chain needs to be compiled. */
export interface ChainDeps {
  readonly transformers: ReadonlyMap<string, Transformer>;
  /** Steps of a saved `transformer` document. Throws ConfigError when there is none of that name. */
  readonly saved: (identifier: string) => unknown;
  /** Value of an environment variable or secret; undefined when it is not set. */
  readonly variable: (name: string) => string | undefined;
  /** Specs of documents that steps read; without it there are none. */
  readonly document?: TransformerContext['document'];
  /** Where links of an outgoing are kept; under its own name unless given. */
  readonly linksOf?: TransformerContext['linksOf'];
  /** Operations of clients that steps call; without it there are none. */
  readonly operation?: TransformerContext['operation'];
  /** Why steps that use the platform cannot stand here; undefined where they can. */
  readonly noPlatform?: string;
  /** Takes the lines that steps write. */
  readonly log?: TransformerContext['log'];
  /** Put around each step, also nested ones: what a tester sees the records with. */
  readonly around?: (step: StepPlace, transform: Transform) => Transform;
  /** What runs the programs of steps. */
  readonly scripts?: TransformerContext['scripts'];
}

/** Which step of a chain, as errors name it. */
export interface StepPlace {
  readonly path: string;
  readonly type: string;
  readonly name?: string;
}

/** What any step may carry beside its own options. */
export const STEP_PROPERTIES = {
  name: { type: 'string', minLength: 1, description: 'What the step is called in errors and lists.' },
  disabled: {
    type: 'boolean',
    default: false,
    description: 'Leaves the step out. Its options are not checked either.',
  },
} as const;

const STEP = { type: 'object', properties: STEP_PROPERTIES } as const;

/** Steps that one chain may have with all that is nested in it; saved transformers that use each other multiply. */
const MAX_STEPS = 10_000;

/**
 * Compiles a list of steps, as it stands in a document, to one function.
 *
 * The function answers at once while its steps do, and with a promise from the first asynchronous step on; it stops where
 * no record is left. A TransformError says in its details which `step` failed (`transformers[1].then[0]`) and its `type`.
 *
 * @param at Where the list stands, for paths in errors: `spec.transformers`.
 * @throws ConfigError ERR_INVALID with the `details.problems` of all steps; ERR_TRANSFORMER_CYCLE when saved transformers
 *   use each other in a circle, ERR_CHAIN_TOO_LONG when they multiply.
 */
export function compileChain(steps: unknown, at: string, deps: ChainDeps): Transform {
  const compilation: Compilation = { deps, problems: [], count: 0, setsVariables: false };
  const transform = compileSteps(steps, at, [], compilation);
  throwProblems('transformers', compilation.problems);
  return transform;
}

/** Errors about the chain as a whole, which end its compilation. */
const CHAIN_FAULTS: readonly string[] = ['ERR_TRANSFORMER_CYCLE', 'ERR_CHAIN_TOO_LONG'];

interface Compilation {
  readonly deps: ChainDeps;
  readonly problems: Problem[];
  count: number;
  /** Whether a step that was compiled sets variables. */
  setsVariables: boolean;
}

interface Step extends StepPlace {
  readonly transform: Transform;
}

type Outcome = ReturnType<Transform>;

/** @param trail Saved transformers that lead here, from the outside in. */
function compileSteps(steps: unknown, at: string, trail: readonly string[], compilation: Compilation): Transform {
  if (!Array.isArray(steps)) {
    compilation.problems.push({ path: at, message: 'must be a list of steps' });
    return (record) => [record];
  }
  const compiled = steps.flatMap(
    (step: unknown, index) => compileStep(step, join(at, index), trail, compilation) ?? [],
  );
  const [only] = compiled;
  if (only && compiled.length === 1) return (record, run) => apply(only, record, run);
  if (compilation.setsVariables) return (record, run) => walkDeep(compiled, 0, record, run);
  return (record, run) => walk(compiled, 0, [record], run);
}

/** Compiles one step; undefined when it is disabled or has problems, which are noted. */
function compileStep(
  step: unknown,
  path: string,
  trail: readonly string[],
  compilation: Compilation,
): Step | undefined {
  const { name, disabled, rest, problems } = takeStepProperties(step, path);
  compilation.problems.push(...problems);
  if (disabled) return undefined;
  compilation.count += 1;
  if (compilation.count > MAX_STEPS) {
    throw new ConfigError('ERR_CHAIN_TOO_LONG', `A transformer chain may have at most ${MAX_STEPS} steps`);
  }
  const checked = checkComponent(compilation.deps.transformers, rest, 'transformer', path);
  compilation.problems.push(...checked.problems);
  if (!('component' in checked)) return undefined;
  const { component } = checked;
  if (component.usesPlatform && compilation.deps.noPlatform !== undefined) {
    compilation.problems.push({
      path,
      message: `"${component.type}" cannot stand here: ${compilation.deps.noPlatform}`,
    });
    return undefined;
  }
  try {
    // The options have just been checked against the schema that `create`'s parameter type comes from.
    const transform = component.create(checked.options as never, contextFor(path, trail, compilation));
    compilation.setsVariables ||= component.setsVariables === true;
    const place: StepPlace = { path, type: component.type, ...(name !== undefined && { name }) };
    return { ...place, transform: compilation.deps.around?.(place, transform) ?? transform };
  } catch (error) {
    compilation.problems.push(...toProblems(error, path));
    return undefined;
  }
}

function takeStepProperties(
  step: unknown,
  path: string,
): { name?: string; disabled?: boolean; rest: unknown; problems: Problem[] } {
  if (!isObject(step)) return { rest: step, problems: [] };
  const { name, disabled, ...rest } = step;
  const given = { ...('name' in step && { name }), ...('disabled' in step && { disabled }) };
  const { value, problems } = checkSchema(STEP, given, path);
  return { ...(problems.length === 0 && (value as { name?: string; disabled?: boolean })), rest, problems };
}

function contextFor(path: string, trail: readonly string[], compilation: Compilation): TransformerContext {
  const { deps } = compilation;
  const entered: string[] = [];
  return {
    chain: (steps, at) => compileSteps(steps, join(path, at), [...trail, ...entered], compilation),
    saved: (identifier) => {
      if (trail.includes(identifier)) throw cycleError([...trail, identifier]);
      entered.push(identifier);
      return deps.saved(identifier);
    },
    document: deps.document ?? noDocument,
    linksOf: deps.linksOf ?? ((outgoing) => outgoing),
    operation: deps.operation ?? ((client) => noDocument('client', client)),
    variable: deps.variable,
    log: deps.log ?? (() => undefined),
    scripts: deps.scripts,
  };
}

function noDocument(kind: string, identifier: string): never {
  throw new ConfigError('ERR_NOT_FOUND', `There is no ${kind} "${identifier}"`);
}

function cycleError(trail: readonly string[]): ConfigError {
  const message = `Saved transformers use each other in a circle: ${trail.join(' → ')}`;
  return new ConfigError('ERR_TRANSFORMER_CYCLE', message, { details: { trail } });
}

/** The problems in a ConfigError that `create` threw; its paths are relative to the step. Other errors go on. */
function toProblems(error: unknown, path: string): Problem[] {
  if (!(error instanceof ConfigError) || CHAIN_FAULTS.includes(error.code)) throw error;
  return problemsOf(error, path);
}

/** Hands records from step to step. Without a promise on the way, none is made: this is the hottest loop of the engine. */
function walk(steps: readonly Step[], start: number, records: readonly DataRecord[], run: StepRun): Outcome {
  let current = records;
  for (let index = start; index < steps.length && current.length > 0; index += 1) {
    const outcome = applyToAll(steps[index] as Step, current, run);
    if (isPending(outcome)) return outcome.then((next) => walk(steps, index + 1, next, run));
    current = outcome;
  }
  return current;
}

/** Takes one record through all steps before the next of what came of it: each has the variables of where they parted. */
function walkDeep(steps: readonly Step[], start: number, record: DataRecord, run: StepRun): Outcome {
  let current = record;
  for (let index = start; index < steps.length; index += 1) {
    const outcome = apply(steps[index] as Step, current, run);
    if (isPending(outcome)) return outcome.then((records) => spread(steps, index + 1, records, run));
    const [only] = outcome;
    if (!only || outcome.length > 1) return spread(steps, index + 1, outcome, run);
    current = only;
  }
  return [current];
}

function spread(steps: readonly Step[], start: number, records: readonly DataRecord[], run: StepRun): Outcome {
  const { variables } = run;
  return transformEach(
    (record) => {
      run.variables = variables;
      return walkDeep(steps, start, record, run);
    },
    records,
    run,
    (results) => results.flat(),
  );
}

function applyToAll(step: Step, records: readonly DataRecord[], run: StepRun): Outcome {
  const [first] = records;
  if (first && records.length === 1) return apply(step, first, run);
  const results: DataRecord[] = [];
  for (const [index, record] of records.entries()) {
    const outcome = apply(step, record, run);
    if (isPending(outcome)) return applyToRest(step, outcome, results, records.slice(index + 1), run);
    for (const result of outcome) results.push(result);
  }
  return results;
}

/** One after the other, so that a split list does not start a thousand calls at once. */
async function applyToRest(
  step: Step,
  pending: Outcome,
  results: DataRecord[],
  rest: readonly DataRecord[],
  run: StepRun,
): Promise<readonly DataRecord[]> {
  const all = [...results, ...(await pending)];
  for (const record of rest) for (const result of await apply(step, record, run)) all.push(result);
  return all;
}

function apply(step: Step, record: DataRecord, run: StepRun): Outcome {
  try {
    const outcome = step.transform(record, run);
    if (!isPending(outcome)) return outcome;
    return outcome.catch((error: unknown) => {
      throw locate(error, step);
    });
  } catch (error) {
    throw locate(error, step);
  }
}

function isPending(outcome: Outcome): outcome is Promise<readonly DataRecord[]> {
  return !Array.isArray(outcome);
}

/** Adds to a TransformError where it happened; the innermost step wins. */
function locate(thrown: unknown, { path, type, name }: Step): unknown {
  const error = beyondBounds(thrown)
    ? new TransformError('The record is nested too deep, or too large, for this step')
    : thrown;
  if (!(error instanceof TransformError) || 'step' in error.details) return error;
  const details = { ...error.details, step: path, type, ...(name !== undefined && { name }) };
  const Located = error instanceof NotYetError ? NotYetError : TransformError;
  return new Located(error.message, details, error.code);
}

/** What the engine throws where recursion meets a hostile nesting, or a text would grow beyond what it can hold. */
function beyondBounds(error: unknown): boolean {
  return error instanceof RangeError && /call stack|string length/i.test(error.message);
}
