import type { FromSchema } from 'json-schema-to-ts';
import { CAST, compileCast } from './casts.ts';
import { compileCondition, WHEN } from './conditions.ts';
import { ConfigError, TransformError } from './errors.ts';
import type { Find } from './expression.ts';
import { parsePath, pathReader } from './field-path.ts';
import type { DataRecord, Json } from './record.ts';
import { compileTemplate } from './templates.ts';
import { checkSchema, throwProblems } from './validation.ts';
import { compileValueSteps, VALUE_STEPS, type ValueStepDeps } from './value-step.ts';

/** JSON Schema of a rule: how one field of a new record comes about. */
export const FIELD_RULE = {
  type: 'object',
  properties: {
    from: {
      type: 'string',
      minLength: 1,
      description: 'Path of the field that the value is taken from, e.g. "client.id"; "@" is the whole record.',
    },
    value: {
      description: 'In place of "from": a value, a template such as "&{a} &{b}", or a list or object of these.',
    },
    when: WHEN,
    steps: VALUE_STEPS,
    cast: CAST,
    default: {
      description:
        'Value in place of one that is missing or null, or where "when" does not hold: a value or a template. Without it ' +
        'a field whose condition does not hold is left out.',
    },
    onMissing: {
      enum: ['error', 'null', 'omit', 'default'],
      description:
        'What happens where nothing is found: the record fails, the field is null, left out, or gets "default". By default ' +
        'as the whole map says; "default" where one is given.',
    },
  },
  additionalProperties: false,
} as const;

type Rule = FromSchema<typeof FIELD_RULE>;

const KEYS = Object.keys(FIELD_RULE.properties);

/** JSON Schema of what may stand under the name of a field: a rule, or any other value, which is a template. */
export const FIELD_VALUE = {
  if: {
    type: 'object',
    propertyNames: { enum: KEYS },
    anyOf: [
      { type: 'object', properties: { from: {} }, required: ['from'] },
      { type: 'object', properties: { value: {} }, required: ['value'], minProperties: 2 },
    ],
  },
  then: FIELD_RULE,
} as const;

/** What rules are compiled with. */
export interface FieldRuleDeps extends ValueStepDeps {
  /** What happens to a missing value where the rule does not say. */
  readonly onMissing: 'error' | 'null' | 'omit';
}

/**
 * Lets a template take rules for values of its fields; objects further inside stay templates.
 *
 * @param fields The fields as they are given, by name.
 * @returns The `special` of `compileTemplate`.
 */
export function rulesIn(fields: DataRecord, deps: FieldRuleDeps): (source: DataRecord) => Find | undefined {
  const names = new Map(Object.entries(fields).map(([name, source]) => [source, name]));
  return (source) => {
    const name = names.get(source);
    return name !== undefined && isFieldRule(source) ? compileFieldRule(source, name, deps) : undefined;
  };
}

/**
 * Tells a rule from an object that is a template: it has "from", or "value" with another key of a rule beside it, and
 * no key that rules do not have.
 */
function isFieldRule(source: DataRecord): boolean {
  const keys = Object.keys(source);
  if (!keys.every((key) => KEYS.includes(key))) return false;
  return 'from' in source || ('value' in source && keys.length > 1);
}

/**
 * Compiles a rule once.
 *
 * For each record: `when`, then `from` or `value`, then `steps`, then `default` where nothing came out, then `cast`.
 *
 * @param name Name of the field, for messages.
 * @returns A function that gives the field's value, undefined where the field is left out. It throws TransformError with
 *   the `field` in its details.
 * @throws ConfigError ERR_INVALID with `details.problems`, their paths relative to the rule.
 */
function compileFieldRule(source: DataRecord, name: string, deps: FieldRuleDeps): Find {
  const { value: checked, problems } = checkSchema(FIELD_RULE, source);
  throwProblems('rule', problems);
  const rule = checked as Rule;
  checkCombinations(rule);
  const evaluate = compileParts(rule, deps);
  return (root, vars) => {
    try {
      return evaluate(root, vars);
    } catch (error) {
      throw inField(error, name);
    }
  };
}

function checkCombinations({ from, value, default: fallback, onMissing }: Rule): void {
  if (from !== undefined && value !== undefined) throw invalid('', 'takes either "from" or "value"');
  if (from !== undefined && /[&?$]\{/.test(from)) {
    const hint = 'a template stands under "value"; an object with a key "from" is written with a dotted name';
    throw invalid('from', `is a path such as "client.id", not a template; ${hint}`);
  }
  if (onMissing === 'default' && fallback === undefined)
    throw invalid('default', 'is missing: "onMissing" asks for it');
}

function compileParts(rule: Rule, deps: FieldRuleDeps): Find {
  const find = compileSource(rule, deps);
  const holds = rule.when === undefined ? undefined : compileCondition(rule.when, 'when');
  const steps = rule.steps === undefined ? undefined : compileValueSteps(rule.steps, 'steps', deps);
  const cast = rule.cast === undefined ? undefined : compileCast(rule.cast);
  const fallback =
    rule.default === undefined ? undefined : compileAt(rule.default as Json, 'default', { ...deps, onMissing: 'null' });
  const onMissing = rule.onMissing ?? (fallback ? 'default' : deps.onMissing);
  return (root, vars) => {
    if (holds && !holds(root, vars)) return fallback?.(root, vars);
    const found = find(root, vars);
    const made = steps ? applySteps(steps, found, root) : found;
    const value = made === undefined ? whenMissing(onMissing, () => fallback?.(root, vars)) : made;
    const chosen = value === null && fallback ? fallback(root, vars) : value;
    return cast && chosen !== undefined ? cast(chosen) : chosen;
  };
}

/** A missing value goes through the steps as null, so that "default" and "conditional" can make something of it. */
function applySteps(steps: (value: Json, record: Json) => Json | undefined, found: Json | undefined, root: Json) {
  if (found !== undefined) return steps(found, root);
  return steps(null, root) ?? undefined;
}

function whenMissing(onMissing: NonNullable<Rule['onMissing']>, fallback: () => Json | undefined) {
  if (onMissing === 'error') throw new TransformError('nothing is found for it', {}, 'ERR_FIELD_MISSING');
  if (onMissing === 'default') return fallback();
  return onMissing === 'null' ? null : undefined;
}

function compileSource(rule: Rule, deps: FieldRuleDeps): Find {
  if (rule.from === undefined) return compileAt(rule.value as Json, 'value', { ...deps, onMissing: 'omit' });
  if (rule.from === '@') return (root) => root;
  return pathReader(parsePath(rule.from));
}

function compileAt(source: Json, at: string, { variable, onMissing }: FieldRuleDeps): Find {
  return compileTemplate(source, { variables: variable, onMissing, at }).find;
}

function inField(error: unknown, name: string): unknown {
  if (!(error instanceof TransformError)) return error;
  return new TransformError(`Field "${name}": ${error.message}`, { field: name, ...error.details }, error.code);
}

function invalid(path: string, message: string): ConfigError {
  return new ConfigError('ERR_INVALID', message, { details: { problems: [{ path, message }] } });
}
