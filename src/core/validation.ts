import type { Component, OptionsSchema } from './component.ts';
import { ConfigError } from './errors.ts';
import { didYouMean } from './nearest.ts';
import { join, type Problem } from './problem.ts';
import { isObject } from './record.ts';
import { compileOnce } from './schema-compiler.ts';
import { schemaProblems } from './schema-problems.ts';

export { join, type Problem };

/**
 * Checks `value` against a schema and fills in its defaults.
 *
 * @returns A deep copy with defaults, and everything that is wrong with it (empty when nothing is).
 */
export function checkSchema(schema: OptionsSchema, value: unknown, at = ''): { value: unknown; problems: Problem[] } {
  if (isTooDeep(value)) {
    return { value, problems: [{ path: at, message: `is nested deeper than ${MAX_DEPTH} levels` }] };
  }
  return checkInPlace(schema, structuredClone(value), at);
}

/** Nobody nests so deep; copying, checking and compiling recurse. */
const MAX_DEPTH = 200;

/** Goes level by level, so that it does not recurse itself. */
function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((each): unknown[] => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}

/** Like {@link checkSchema}, but fills the defaults into `value` itself: for what was just parsed and is nobody else's. */
export function checkInPlace(schema: OptionsSchema, value: unknown, at = ''): { value: unknown; problems: Problem[] } {
  const validate = compileOnce(schema);
  if (validate(value)) return { value, problems: [] };
  return { value, problems: schemaProblems(validate.errors ?? [], at) };
}

/** Like {@link checkSchema}, but throws one ConfigError that lists every problem. */
export function parseWithSchema(schema: OptionsSchema, value: unknown, what: string): unknown {
  const result = checkSchema(schema, value);
  throwProblems(what, result.problems);
  return result.value;
}

/** Throws ERR_INVALID for a list of problems that is not empty; `what` names the file or document. */
export function throwProblems(what: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new ConfigError('ERR_INVALID', `${what}: ${problemLines(problems).join('; ')}`, {
    details: { what, problems },
  });
}

/** Problems as people read them: where, and what to do. */
export function problemLines(problems: readonly Problem[]): string[] {
  return problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
}

/** The problems in a ConfigError, whose paths are relative to `at`. */
export function problemsOf(error: ConfigError, at: string): Problem[] {
  const { problems, path: inner } = error.details as { problems?: readonly Problem[]; path?: string };
  const list = problems ?? [{ path: inner ?? '', message: error.message }];
  return list.map(({ path, message }) => ({ path: path === '' ? at : join(at, path), message }));
}

/**
 * Checks `{ "type": …, …options }` against the components that may stand there.
 *
 * @param what How the place calls them, for the message: `transformer`.
 * @returns The component and its options without `type`, defaults filled in; or the problems.
 */
export function checkComponent<C extends Component>(
  components: ReadonlyMap<string, C>,
  value: unknown,
  what: string,
  at: string,
): { component: C; options: unknown; problems: [] } | { problems: Problem[] } {
  if (!isObject(value)) return { problems: [{ path: at, message: `must be an object with a "type"` }] };
  const { type, ...options } = value;
  const known = [...components.keys()];
  if (typeof type !== 'string') {
    return { problems: [{ path: join(at, 'type'), message: `is missing; one of ${known.join(', ')}` }] };
  }
  const component = components.get(type);
  if (!component) {
    return { problems: [{ path: join(at, 'type'), message: `unknown ${what} "${type}"${didYouMean(type, known)}` }] };
  }
  const result = checkSchema(component.options, options, at);
  if (result.problems.length > 0) return { problems: result.problems };
  return { component, options: result.value, problems: [] };
}
