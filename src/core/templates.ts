import { ConfigError, TransformError } from './errors.ts';
import { compileExpression, shorten, type Find } from './expression.ts';
import { rootNames } from './expression-roots.ts';
import { didYouMean } from './nearest.ts';
import { isRecord, type DataRecord, type Json } from './record.ts';
import { parseTemplateText, type TemplatePart } from './template-text.ts';
import { join, problemsOf, throwProblems } from './validation.ts';

/** What a strict expression gives where it finds nothing. */
type OnMissing = 'error' | 'null' | 'omit';

export interface TemplateOptions {
  /** Value of an environment variable or secret for `${NAME}`, read once while compiling; undefined when it is not set. */
  readonly variables?: (name: string) => string | undefined;
  /** Default "error". "omit" leaves out the field, item or text that the expression stands in. */
  readonly onMissing?: OnMissing;
  /** Where the template stands, for the path in errors. */
  readonly at?: string;
  /** Compiles objects that are no templates but mean something of their own, such as the rules of `map`. */
  readonly special?: (source: DataRecord, at: string) => Find | undefined;
}

/** A template, compiled once and evaluated for each record. */
export interface CompiledTemplate {
  /**
   * The value for one root; `vars` are the variables of steps, `$vars` in expressions.
   *
   * @throws TransformError ERR_FIELD_MISSING where a strict expression finds nothing, ERR_TRANSFORM where one fails.
   */
  readonly evaluate: (root: Json, vars?: Json) => Json;
  /** Like `evaluate`, but undefined when the whole value is left out by `onMissing: "omit"`. */
  readonly find: Find;
}

/**
 * Compiles a JSON value with templates in its texts.
 *
 * In every text inside the value, also in lists and objects (keys are never templates):
 * - `&{expression}` reads from the root, strictly: where nothing is found it throws, see `onMissing`;
 * - `?{expression}` gives null there instead;
 * - `${NAME}` is a variable; `\&{`, `\?{` and `\${` are plain text.
 *
 * Expressions are JMESPath; what counts as missing stands at `compileExpression`: an explicit null is a value. A text
 * that is one expression keeps the type of its value. Among other text, null becomes nothing, lists and objects become JSON.
 *
 * @throws ConfigError ERR_EXPRESSION or ERR_VARIABLE_MISSING with the place in `details.path`; ERR_INVALID with all
 *   `details.problems` when there are several.
 */
export function compileTemplate(source: Json, options: TemplateOptions = {}): CompiledTemplate {
  const faults: Fault[] = [];
  const find = compileValue(source, { options, faults }, options.at ?? '');
  throwFaults(faults);
  return { find, evaluate: (root, vars) => find(root, vars) ?? null };
}

/**
 * Finds names at the start of paths that the scope does not have, and expressions that cannot be read.
 *
 * @param allowed Keys of the root that the template will be evaluated on: `config`, `record`, ….
 * @returns One sentence for each, empty when all is well.
 */
export function checkRoots(source: Json, allowed: readonly string[], at = ''): string[] {
  const prefix = at === '' ? '' : `${at}: `;
  if (typeof source === 'string') return checkText(source, allowed).map((message) => prefix + message);
  if (typeof source !== 'object' || source === null) return [];
  return Object.entries<Json>(source).flatMap(([key, value]) => checkRoots(value, allowed, join(at, key)));
}

interface Fault {
  readonly path: string;
  readonly error: ConfigError;
}

interface Compilation {
  readonly options: TemplateOptions;
  readonly faults: Fault[];
}

const NOTHING: Find = () => null;

function compileValue(source: Json, compilation: Compilation, at: string): Find {
  if (typeof source === 'string') return compileText(source, compilation, at);
  if (Array.isArray(source)) {
    const items = (source as readonly Json[]).map((item, index) => compileValue(item, compilation, join(at, index)));
    return (root, vars) => items.map((item) => item(root, vars)).filter((item) => item !== undefined);
  }
  if (isRecord(source)) {
    const special = compileSpecial(source, compilation, at);
    if (special) return special;
    return buildObject(
      Object.keys(source),
      Object.entries(source).map(([key, value]) => compileValue(value, compilation, join(at, key))),
    );
  }
  return () => source;
}

function compileSpecial(source: DataRecord, { options, faults }: Compilation, at: string): Find | undefined {
  try {
    return options.special?.(source, at);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    faults.push({ path: at, error });
    return NOTHING;
  }
}

function buildObject(keys: readonly string[], fields: readonly Find[]): Find {
  // Assigning to "__proto__" would set the prototype; everything else takes the fast way.
  if (keys.includes('__proto__')) {
    return (root, vars) => {
      const entries = keys.map((key, index) => [key, fields[index]?.(root, vars)] as const);
      return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
    };
  }
  const pairs = keys.map((key, index) => ({ key, find: fields[index] ?? NOTHING }));
  const whole = Object.fromEntries(keys.map((key) => [key, null]));
  return (root, vars) => {
    // A copy of an object with all keys takes half the memory of one that grows key by key.
    const object: Record<string, Json> = { ...whole };
    for (const { key, find } of pairs) {
      const value = find(root, vars);
      if (value === undefined) return withoutMissing(object, pairs, key, root, vars);
      object[key] = value;
    }
    return object;
  };
}

interface KeyAndFind {
  readonly key: string;
  readonly find: Find;
}

/** An object that lacks keys: what is there up to the first missing one, and the rest. */
function withoutMissing(
  begun: DataRecord,
  pairs: readonly KeyAndFind[],
  missing: string,
  root: Json,
  vars: Json | undefined,
): DataRecord {
  const object: Record<string, Json> = {};
  const place = pairs.findIndex(({ key }) => key === missing);
  for (const { key } of pairs.slice(0, place)) object[key] = begun[key] ?? null;
  for (const { key, find } of pairs.slice(place + 1)) {
    const value = find(root, vars);
    if (value !== undefined) object[key] = value;
  }
  return object;
}

function compileText(source: string, compilation: Compilation, at: string): Find {
  try {
    const [first, ...rest] = parseTemplateText(source).map((part) => compilePart(part, compilation.options));
    if (!first) return () => '';
    return rest.length === 0 ? first : concatenate([first, ...rest]);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    compilation.faults.push({ path: at, error });
    return NOTHING;
  }
}

function compilePart(part: TemplatePart, options: TemplateOptions): Find {
  switch (part.kind) {
    case 'text':
      return () => part.text;
    case 'variable':
      return compileVariable(part.name, options);
    case 'expression':
      return compileOccurrence(part.source, part.strict ? (options.onMissing ?? 'error') : 'null');
  }
}

function compileVariable(name: string, { variables }: TemplateOptions): Find {
  const value = variables?.(name);
  if (value === undefined) {
    throw new ConfigError('ERR_VARIABLE_MISSING', `Variable "${name}" is not set`, { details: { variable: name } });
  }
  return () => value;
}

function compileOccurrence(source: string, onMissing: OnMissing): Find {
  const find = compileExpression(source);
  switch (onMissing) {
    case 'omit':
      return find;
    case 'null':
      return (root, vars) => find(root, vars) ?? null;
    case 'error':
      return (root, vars) => {
        const value = find(root, vars);
        if (value === undefined) throw missing(source);
        return value;
      };
  }
}

function missing(source: string): TransformError {
  const expression = shorten(source);
  const message = `"${expression}" finds nothing in this record; ?{${expression}} would give null instead`;
  return new TransformError(message, { expression }, 'ERR_FIELD_MISSING');
}

/** Text around expressions; left out as a whole when one of them is to be omitted. */
function concatenate(parts: readonly Find[]): Find {
  return (root, vars) => {
    let text = '';
    for (const part of parts) {
      const value = part(root, vars);
      if (value === undefined) return undefined;
      text += toText(value);
    }
    return text;
  };
}

function toText(value: Json): string {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  try {
    return JSON.stringify(value);
  } catch (error) {
    // JSON.stringify recurses; a hostile record can be nested deeper than the stack.
    if (error instanceof RangeError) throw new TransformError('A value is nested too deep to be written into a text');
    throw error;
  }
}

/** One fault keeps its own code; several become a list. */
function throwFaults(faults: readonly Fault[]): void {
  const [first, ...rest] = faults;
  if (first && rest.length === 0 && !('problems' in first.error.details)) {
    const { code, message, details } = first.error;
    throw new ConfigError(code, message, {
      details: { ...details, path: problemsOf(first.error, first.path)[0]?.path ?? first.path },
    });
  }
  throwProblems(
    'template',
    faults.flatMap(({ path, error }) => problemsOf(error, path)),
  );
}

function checkText(source: string, allowed: readonly string[]): string[] {
  try {
    return parseTemplateText(source).flatMap((part) => {
      if (part.kind !== 'expression') return [];
      const unknown = rootNames(part.source).filter((name) => !allowed.includes(name));
      return unknown.map((name) => `unknown name "${name}" in "${shorten(part.source)}"${didYouMean(name, allowed)}`);
    });
  } catch (error) {
    if (error instanceof ConfigError) return [error.message];
    throw error;
  }
}
