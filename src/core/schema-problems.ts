import type { ErrorObject } from 'ajv/dist/2020.js';
import { DURATION } from './duration.ts';
import { didYouMean } from './nearest.ts';
import { join, type Problem } from './problem.ts';

/** What only says that another error is there. */
const NOISE: ReadonlySet<string> = new Set(['if', 'propertyNames', 'anyOf']);

/** Makes problems of what a schema found: each with its place and what to do, and none of them twice. */
export function schemaProblems(errors: readonly ErrorObject[], at: string): Problem[] {
  const telling = errors.filter(({ keyword }) => !NOISE.has(keyword));
  const problems = (telling.length > 0 ? telling : errors).map((error) => toProblem(error, at));
  return withoutEchoes(dedupe(problems));
}

function toProblem(error: ErrorObject, at: string): Problem {
  const path = pointerToPath(error.instancePath, at);
  const params = error.params as Readonly<Record<string, unknown>>;
  if (error.propertyName !== undefined) return { path, message: nameMessage(error.propertyName, error) };
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
      return { path: join(path, key), message: `unknown key${didYouMean(key, knownKeys(error))}` };
    }
    case 'required':
      return { path: join(path, String(params['missingProperty'])), message: 'is missing' };
    default:
      return { path, message: valueMessage(error, params) };
  }
}

/** What is wrong with one value. */
function valueMessage(error: ErrorObject, params: Readonly<Record<string, unknown>>): string {
  const limit = Number(params['limit']);
  switch (error.keyword) {
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).map(String);
      const near = typeof error.data === 'string' ? didYouMean(error.data, allowed) : '';
      return `must be one of ${allowed.join(', ')}, not ${shown(error.data)}${near.includes('did you mean') ? near : ''}`;
    }
    case 'const':
      return `must be ${JSON.stringify(params['allowedValue'])}, not ${shown(error.data)}`;
    case 'type':
      return `must be ${String(params['type']).replaceAll(',', ' or ')}, not ${shown(error.data)}`;
    case 'minimum':
      return `must be at least ${limit}, not ${shown(error.data)}`;
    case 'maximum':
      return `must be at most ${limit}, not ${shown(error.data)}`;
    case 'minItems':
      return `must have at least ${limit} ${limit === 1 ? 'item' : 'items'}`;
    case 'minProperties':
      return `must have at least ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
    case 'minLength':
      return limit === 1 ? 'must not be empty' : `must have at least ${limit} characters`;
    case 'pattern':
      return patternMessage(error);
    default:
      return error.message ?? 'is not valid';
  }
}

function patternMessage({ data, parentSchema }: ErrorObject): string {
  const { description, pattern } = (parentSchema ?? {}) as { description?: string; pattern?: string };
  const form = pattern === DURATION.pattern ? DURATION.description : description;
  return `${shown(data)} does not have the right form${form === undefined ? '' : `. ${form}`}`;
}

function nameMessage(name: string, { keyword, params }: ErrorObject): string {
  const { pattern } = params as { pattern?: string };
  const why = keyword === 'pattern' ? `: names have the form ${pattern ?? ''}` : ': JavaScript has its own use for it';
  return `${shown(name)} cannot be a name here${why}`;
}

function knownKeys(error: ErrorObject): string[] {
  const properties = (error.parentSchema as { properties?: object } | undefined)?.properties;
  return properties ? Object.keys(properties) : [];
}

/** Of a large value only its beginning is written out, so that showing it costs nothing. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : 'a list';
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? '{}' : 'an object';
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, 80) : value) as string | undefined;
  if (text === undefined) return typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function pointerToPath(pointer: string, at: string): string {
  const keys = pointer.split('/').slice(1);
  return keys.reduce((path, key) => join(path, key.replaceAll('~1', '/').replaceAll('~0', '~')), at);
}

function dedupe(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ path, message }) => {
    const id = `${path}\n${message}`;
    return seen.has(id) ? false : seen.add(id);
  });
}

/** A key that is spelled wrong is missing as well: saying the one is enough. */
function withoutEchoes(problems: readonly Problem[]): Problem[] {
  const meant = new Set(
    problems.flatMap(({ path, message }) => {
      const key = /^unknown key \(did you mean "(.+)"\?\)$/.exec(message)?.[1];
      return key === undefined ? [] : [join(path.replace(/\.?[^.]*$/, ''), key)];
    }),
  );
  return problems.filter(({ path, message }) => message !== 'is missing' || !meant.has(path));
}
