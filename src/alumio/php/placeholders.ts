import { ConfigError, TransformError } from '../../core/errors.ts';
import { shorten } from '../../core/expression.ts';
import type { Json } from '../../core/record.ts';
import { isRecord } from '../../core/record.ts';
import type { StepRun } from '../../core/step-run.ts';
import { parseTemplateText, type TemplatePart } from '../../core/template-text.ts';
import { join } from '../../core/validation.ts';
import { fromJson, toExpressionValue, toJson, type Php } from './array.ts';
import { compileAlumioExpression } from './expression.ts';
import { parseKeys } from './pattern.ts';
import { toText } from './scalars.ts';
import { readScope } from './scope.ts';

/** Gives a value for what placeholders read from. */
export type Fill = (root: Php, run: StepRun) => Php;

/** Value of an environment variable; undefined when it is not set. */
type Variables = (name: string) => string | undefined;

/**
 * Compiles a value with placeholders in its texts.
 *
 * `&{path}` is the value at a path, and fails where there is none or null; `?{path}` is null there; `${NAME}` is a variable;
 * `@{globals.path}` is what a step has set beside the record, `@{scope.task}` the id of the task, and both fail where there
 * is none. A text that is one placeholder keeps the type of its value; in other text values are written as PHP writes them,
 * and arrays as JSON.
 *
 * @throws ConfigError ERR_EXPRESSION, ERR_VARIABLE_MISSING with the place in `details.path`.
 */
export function compilePlaceholders(source: Json, variables: Variables, at = ''): Fill {
  if (typeof source === 'string') return compileText(source, variables, at);
  if (typeof source !== 'object' || source === null) return () => source;
  const entries: readonly (readonly [string, Json])[] = isRecord(source)
    ? Object.entries(source)
    : source.map((item, index) => [String(index), item]);
  const compiled = entries.map(([key, value]) => [key, compilePlaceholders(value, variables, join(at, key))] as const);
  return (root, run) => new Map(compiled.map(([key, fill]) => [key, fill(root, run)]));
}

/** Like {@link compilePlaceholders}, for a text that stays one. */
export function compileTextPlaceholders(
  source: string,
  variables: Variables,
  at = '',
): (root: Php, run: StepRun) => string {
  const fill = compileText(source, variables, at);
  return (root, run) => written(fill(root, run));
}

function compileText(source: string, variables: Variables, at: string): Fill {
  if (!/[&?$@]\{/.test(source)) return () => source;
  try {
    const parts = splitScopes(source).flatMap((piece) => compilePiece(piece, variables));
    const [only] = parts;
    if (only && parts.length === 1) return only;
    return (root, run) => parts.map((part) => written(part(root, run))).join('');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.code, error.message, { details: { ...error.details, path: at } });
  }
}

/** Texts, and the `@{…}` between them: every other piece. */
function splitScopes(source: string): string[] {
  return source.split(/(@\{[^{}]*\})/).filter((piece) => piece !== '');
}

function compilePiece(piece: string, variables: Variables): Fill[] {
  if (piece.startsWith('@{') && piece.endsWith('}')) return [compileScope(piece.slice(2, -1).trim())];
  return parseTemplateText(piece).map((part) => compilePart(part, variables));
}

function compilePart(part: TemplatePart, variables: Variables): Fill {
  switch (part.kind) {
    case 'text':
      return () => part.text;
    case 'variable':
      return compileVariable(part.name, variables);
    case 'expression':
      return compileRead(part.source, part.strict);
  }
}

function compileVariable(name: string, variables: Variables): Fill {
  const value = variables(name);
  if (value !== undefined) return () => value;
  throw new ConfigError('ERR_VARIABLE_MISSING', `Variable "${name}" is not set`, { details: { variable: name } });
}

function compileRead(source: string, isStrict: boolean): Fill {
  const find = compileAlumioExpression(source);
  const isWhole = /^[@$]$/.test(source);
  return (root) => {
    const value = isWhole ? root : readJson(find(toExpressionValue(root)));
    if (value !== null || !isStrict) return value;
    const expression = shorten(source);
    const message = `"${expression}" finds nothing in this record; ?{${expression}} would give null instead`;
    throw new TransformError(message, { expression }, 'ERR_FIELD_MISSING');
  };
}

function compileScope(source: string): Fill {
  const read = readScope(parseKeys(source));
  if (!read) {
    const message = `"@{${shorten(source)}}" is not known here: there are @{globals.…} and @{scope.task}`;
    throw new ConfigError('ERR_EXPRESSION', message, { details: { expression: source } });
  }
  return (_, run) => read(run);
}

function readJson(value: Json | undefined): Php {
  return value === undefined ? null : fromJson(value);
}

/** A value in the middle of a text. */
function written(value: Php): string {
  return value instanceof Map ? JSON.stringify(toJson(value)) : toText(value);
}
