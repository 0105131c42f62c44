import type { FromSchema } from 'json-schema-to-ts';
import { compileDateReader } from './date-format.ts';
import { DURATION, parseDuration } from './duration.ts';
import { ConfigError } from './errors.ts';
import { compileExpression, type Find } from './expression.ts';
import { isTruthy } from './expression-values.ts';
import { parsePath, pathReader } from './field-path.ts';
import { readIsoDate } from './iso-date.ts';
import { jsonEqual } from './json-equal.ts';
import { compilePattern } from './pattern.ts';
import type { Json } from './record.ts';
import { parseTemplateText } from './template-text.ts';
import { checkSchema, join, throwProblems, type Problem } from './validation.ts';

/** Tells whether a condition holds for a value. It never throws because a field is missing. `vars` are the variables of steps. */
export type Condition = (root: Json, vars?: Json) => boolean;

const bound = (words: string) =>
  ({
    type: ['number', 'string'],
    description: `The value is ${words}: numbers by size, ISO dates by time (UTC where no zone stands).`,
  }) as const;

const moment = (words: string) =>
  ({
    type: 'string',
    minLength: 1,
    description: `The value is a date (ISO, or epoch seconds or milliseconds) ${words} this ISO date, or than "now".`,
  }) as const;

const age = (words: string) =>
  ({
    ...DURATION,
    description: `The value is a date that lies ${words} than this before now: 30m, 12h, 90d.`,
  }) as const;

/** JSON Schema of a condition in its object form; parts inside "all", "any" and "not" are conditions again. */
export const CONDITION_SCHEMA = {
  type: 'object',
  description: 'Everything that stands in it must hold.',
  properties: {
    field: {
      type: 'string',
      minLength: 1,
      description:
        'Path of the field to look at, e.g. "customer.id" or "lines[0].sku"; "@" is the whole value that is looked at.',
    },
    equals: { description: 'The value is exactly this; text "9" is not number 9. A missing field equals null.' },
    notEquals: { description: 'The value is anything but this.' },
    in: { type: 'array', description: 'The value is one of these.' },
    notIn: { type: 'array', description: 'The value is none of these.' },
    exists: { type: 'boolean', description: 'Whether the field must be there; null counts as being there.' },
    empty: { type: 'boolean', description: 'Whether the value must be empty: missing, null, "", [] or {}.' },
    greaterThan: bound('greater or later than this'),
    atLeast: bound('this, or greater or later'),
    lessThan: bound('less or earlier than this'),
    atMost: bound('this, or less or earlier'),
    contains: { description: 'The text holds this text, or the list holds this item.' },
    startsWith: { type: 'string', description: 'The text starts with this.' },
    endsWith: { type: 'string', description: 'The text ends with this.' },
    matches: {
      type: 'string',
      minLength: 1,
      description: 'The text has a match of this regular expression (RE2); "^" and "$" bind it to the ends.',
    },
    before: moment('earlier than'),
    after: moment('later than'),
    olderThan: age('longer'),
    newerThan: age('less'),
    length: { type: 'integer', minimum: 0, description: 'The text has so many characters, the list so many items.' },
    minLength: {
      type: 'integer',
      minimum: 0,
      description: 'The text has at least so many characters, the list items.',
    },
    maxLength: { type: 'integer', minimum: 0, description: 'The text has at most so many characters, the list items.' },
    type: {
      enum: ['text', 'number', 'boolean', 'object', 'list', 'null'],
      description: 'Type of the value; a missing field has none.',
    },
    all: { type: 'array', minItems: 1, description: 'Conditions that must all hold.' },
    any: { type: 'array', minItems: 1, description: 'Conditions of which one must hold.' },
    not: { description: 'A condition that must not hold.' },
  },
  additionalProperties: false,
} as const;

/** JSON Schema of an option that takes a condition, for components. */
export const WHEN = {
  type: ['object', 'string'],
  description:
    'Condition: { "field": "status", "equals": "open" } and its like, joined by "all", "any" and "not"; ' +
    'or a JMESPath expression such as "&{priority > `3`}".',
} as const;

/**
 * Compiles a condition once.
 *
 * Two forms: an object as {@link CONDITION_SCHEMA} describes, or a text with one JMESPath expression (`&{…}`, `?{…}` or bare),
 * which holds when its value is true in JMESPath's sense: null, false, "", [] and {} are not, 0 is.
 *
 * @param at Where the condition stands, for the paths of problems.
 * @throws ConfigError ERR_INVALID with all `details.problems`.
 */
export function compileCondition(condition: unknown, at = ''): Condition {
  const problems: Problem[] = [];
  const compiled = compile(condition, at, problems);
  throwProblems('condition', problems);
  return compiled;
}

type Fields = FromSchema<typeof CONDITION_SCHEMA>;

const readDate = compileDateReader(undefined);

/** Tests one value; undefined where the field is missing. */
type Test = (value: Json | undefined) => boolean;

const NEVER: Condition = () => false;

function compile(condition: unknown, at: string, problems: Problem[]): Condition {
  if (typeof condition === 'string') return collecting(problems, at, NEVER, () => compileText(condition));
  const checked = checkSchema(CONDITION_SCHEMA, condition, at);
  problems.push(...checked.problems);
  if (checked.problems.length > 0) return NEVER;
  const fields = checked.value as Fields;
  const parts = [
    ...fieldConditions(fields, at, problems),
    ...(fields.all ?? []).map((part, index) => compile(part, join(join(at, 'all'), index), problems)),
    ...(fields.any ? [anyOf(fields.any, join(at, 'any'), problems)] : []),
    ...('not' in fields ? [negation(fields.not, join(at, 'not'), problems)] : []),
  ];
  if (Object.keys(fields).length === 0) {
    problems.push({ path: at, message: 'says nothing: give a "field" with a test, or "all", "any" or "not"' });
  }
  return parts.length === 1 && parts[0] ? parts[0] : (root, vars) => parts.every((part) => part(root, vars));
}

function anyOf(conditions: readonly unknown[], at: string, problems: Problem[]): Condition {
  const parts = conditions.map((part, index) => compile(part, join(at, index), problems));
  return (root, vars) => parts.some((part) => part(root, vars));
}

function negation(condition: unknown, at: string, problems: Problem[]): Condition {
  const part = compile(condition, at, problems);
  return (root, vars) => !part(root, vars);
}

function compileText(text: string): Condition {
  const find = compileExpression(expressionIn(text));
  return (root, vars) => isTruthy(find(root, vars));
}

/** The expression of a condition's text: what stands between the braces of `&{…}`, or the whole text. */
function expressionIn(text: string): string {
  const parts = parseTemplateText(text);
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'expression') return only.source;
  if (parts.every((part) => part.kind === 'text')) return text;
  throw new ConfigError(
    'ERR_EXPRESSION',
    `Condition "${text}" must be one expression: put all of it between the braces, such as "&{status == 'open'}"`,
  );
}

function fieldConditions(fields: Fields, at: string, problems: Problem[]): Condition[] {
  const tests = fieldTests(fields, at, problems);
  const { field } = fields;
  if (field === undefined) {
    if (tests.length > 0) problems.push({ path: join(at, 'field'), message: 'is missing: which field to test' });
    return [];
  }
  if (tests.length === 0) problems.push({ path: at, message: `names field "${field}" but no test, such as "equals"` });
  const find = collecting<Find>(
    problems,
    join(at, 'field'),
    () => undefined,
    () => compileField(field),
  );
  return tests.map((test) => (root) => test(find(root)));
}

function compileField(field: string): Find {
  if (field === '@') return (root) => root;
  return pathReader(parsePath(field));
}

function fieldTests(fields: Fields, at: string, problems: Problem[]): Test[] {
  const tests: Test[] = [];
  for (const [name, operand] of Object.entries(fields) as [string, Json][]) {
    const create = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined;
    if (!create) continue;
    const path = join(at, name);
    if (holdsTemplate(operand)) {
      const message =
        'takes no template; compare two fields by an expression such as "&{a == b}" in place of the object';
      problems.push({ path, message });
    }
    tests.push(
      collecting(
        problems,
        path,
        () => false,
        () => create(operand),
      ),
    );
  }
  return tests;
}

const TESTS: Readonly<Record<string, (operand: Json) => Test>> = {
  equals: isEqual,
  notEquals: (operand) => not(isEqual(operand)),
  in: (operand) => isIn(operand as readonly Json[]),
  notIn: (operand) => not(isIn(operand as readonly Json[])),
  exists: (operand) => (value) => (value !== undefined) === operand,
  empty: (operand) => (value) => isEmpty(value) === operand,
  greaterThan: (operand) => ordered(operand, (a, b) => a > b),
  atLeast: (operand) => ordered(operand, (a, b) => a >= b),
  lessThan: (operand) => ordered(operand, (a, b) => a < b),
  atMost: (operand) => ordered(operand, (a, b) => a <= b),
  contains: (operand) => (value) => contains(value, operand),
  startsWith: (operand) => (value) => typeof value === 'string' && value.startsWith(operand as string),
  endsWith: (operand) => (value) => typeof value === 'string' && value.endsWith(operand as string),
  matches: (operand) => {
    const matches = compilePattern(operand as string);
    return (value) => typeof value === 'string' && matches(value);
  },
  before: (operand) => dated(momentOf(operand as string), (instant, limit) => instant < limit),
  after: (operand) => dated(momentOf(operand as string), (instant, limit) => instant > limit),
  olderThan: (operand) => dated(agoOf(operand as string), (instant, limit) => instant < limit),
  newerThan: (operand) => dated(agoOf(operand as string), (instant, limit) => instant > limit),
  length: (operand) => (value) => lengthOf(value) === operand,
  minLength: (operand) => (value) => (lengthOf(value) ?? -1) >= (operand as number),
  maxLength: (operand) => (value) => (lengthOf(value) ?? Infinity) <= (operand as number),
  type: (operand) => (value) => typeOf(value) === operand,
};

/** What a date is compared with, asked anew for each record: "now" moves. */
type Limit = () => number;

function momentOf(operand: string): Limit {
  if (operand === 'now') return () => Date.now();
  const instant = readDate(operand);
  if (instant === undefined) {
    throw new ConfigError(
      'ERR_INVALID',
      `must be an ISO date such as "2025-01-31T08:00:00Z", or "now", not "${operand}"`,
    );
  }
  return () => instant;
}

function agoOf(operand: string): Limit {
  const durationMs = parseDuration(operand);
  return () => Date.now() - durationMs;
}

/** A value that is no date is neither before nor after anything. */
function dated(limit: Limit, compare: (instant: number, limit: number) => boolean): Test {
  return (value) => {
    const instant = value === undefined ? undefined : readDate(value);
    return instant !== undefined && compare(instant, limit());
  };
}

function lengthOf(value: Json | undefined): number | undefined {
  if (typeof value === 'string') return Array.from(value).length;
  return Array.isArray(value) ? value.length : undefined;
}

function not(test: Test): Test {
  return (value) => !test(value);
}

function isEqual(operand: Json): Test {
  if (typeof operand !== 'object' || operand === null) return (value) => (value ?? null) === operand;
  return (value) => jsonEqual(value, operand);
}

function isIn(list: readonly Json[]): Test {
  if (list.every((item) => typeof item !== 'object' || item === null)) {
    const plain = new Set<Json>(list);
    return (value) => plain.has(value ?? null);
  }
  return (value) => list.some((item) => jsonEqual(value ?? null, item));
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function contains(value: Json | undefined, part: Json): boolean {
  if (typeof value === 'string') return typeof part === 'string' && value.includes(part);
  return Array.isArray(value) && (value as readonly Json[]).some((item) => jsonEqual(item, part));
}

function typeOf(value: Json | undefined): string | undefined {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'string' ? 'text' : typeof value;
}

/** Compares with a number or a date. A value of the other kind, or of none, is neither less nor greater. */
function ordered(operand: Json, compare: (a: number, b: number) => boolean): Test {
  const measure = typeof operand === 'number' ? toNumber : toInstant;
  const limit = measure(operand);
  if (limit === undefined) {
    throw new ConfigError(
      'ERR_INVALID',
      `must be a number or an ISO date such as "2025-01-31T08:00:00Z", not ${JSON.stringify(operand)}`,
    );
  }
  return (value) => {
    const measured = measure(value);
    return measured !== undefined && compare(measured, limit);
  };
}

/** Numbers also where a source sends them as text: for an order, "10" can mean nothing else. */
function toNumber(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

function toInstant(value: Json | undefined): number | undefined {
  return typeof value === 'string' ? readIsoDate(value) : undefined;
}

function holdsTemplate(operand: Json): boolean {
  return typeof operand === 'string' && /[&?]\{/.test(operand);
}

/** Runs `create`; a ConfigError becomes a problem, so that all of them are shown at once. */
function collecting<T>(problems: Problem[], path: string, fallback: T, create: () => T): T {
  try {
    return create();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push({ path, message: error.message });
    return fallback;
  }
}
