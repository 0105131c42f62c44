import { compileCondition } from '../core/conditions.ts';
import { ConfigError } from '../core/errors.ts';
import { getPath, parsePath } from '../core/field-path.ts';
import { isObject, type DataRecord, type Json, plainText } from '../core/record.ts';

/** What placeholders read: options, fixed values, and the item of each list around them. */
export type Scope = DataRecord;

/** A placeholder inside a text. */
export const PLACEHOLDER = /%\{([^{}]+)\}/g;
const WHOLE = /^%\{([^{}]+)\}$/;

/**
 * Fills placeholders in: `%{option}` in texts, `$when`, `$each` and `$merge` in objects.
 *
 * Nothing is run: a placeholder is a path into the options, and a condition one of those that documents have. What a
 * person typed is put in as it is and never read as a placeholder.
 *
 * @returns Undefined where it is left out: its condition does not hold, or its option was not given.
 * @throws ConfigError ERR_TEMPLATE
 */
export function expand(value: Json, scope: Scope): Json | undefined {
  if (typeof value === 'string') return expandText(value, scope);
  if (Array.isArray(value)) return value.flatMap((item) => expandItem(item as Json, scope));
  if (!isObject(value)) return value;
  const given = value as DataRecord;
  if (!holds(given, scope)) return undefined;
  if (Object.hasOwn(given, '$each')) return entriesOf(given, scopesOf(given, scope));
  if (Object.hasOwn(given, '$key')) return entriesOf(given, [scope]);
  if (Object.hasOwn(given, '$value')) return expand(given['$value'] ?? null, scope);
  return expandObject(given, scope);
}

function expandText(text: string, scope: Scope): Json | undefined {
  const whole = WHOLE.exec(text)?.[1];
  if (whole !== undefined) return structuredClone(valueAt(whole, scope));
  return text.replaceAll(PLACEHOLDER, (_, path: string) => plainText(valueAt(path, scope) ?? ''));
}

function valueAt(path: string, scope: Scope): Json | undefined {
  return getPath(scope, parsePath(path));
}

function holds(given: DataRecord, scope: Scope): boolean {
  return !Object.hasOwn(given, '$when') || compileCondition(given['$when'], '$when')(scope);
}

/** An item of a list; a loop gives as many as it has. */
function expandItem(item: Json, scope: Scope): Json[] {
  if (isObject(item) && Object.hasOwn(item, '$each') && Object.hasOwn(item, '$item')) {
    const loop = item as DataRecord;
    if (!holds(loop, scope)) return [];
    return scopesOf(loop, scope).flatMap((each) => asList(expand(loop['$item'] ?? null, each)));
  }
  return asList(expand(item, scope));
}

function asList(value: Json | undefined): Json[] {
  return value === undefined ? [] : [value];
}

function expandObject(given: DataRecord, scope: Scope): DataRecord {
  const entries = Object.entries(given).flatMap(([key, each]): [string, Json][] => {
    if (key === '$when' || key === '$merge') return [];
    const value = expand(each, scope);
    return value === undefined ? [] : [[key, value]];
  });
  const parts = Object.hasOwn(given, '$merge') ? expand(given['$merge'] ?? [], scope) : [];
  return fromEntries([...entries, ...(parts as readonly DataRecord[]).flatMap((part) => Object.entries(part))]);
}

/** An object with one entry for each scope. */
function entriesOf(given: DataRecord, scopes: readonly Scope[]): DataRecord {
  const entries = scopes.flatMap((each): [string, Json][] => {
    const value = expand(given['$value'] ?? null, each);
    const key = expand(given['$key'] ?? '', each);
    return value === undefined ? [] : [[plainText(key ?? ''), value]];
  });
  return fromEntries(entries);
}

/** Whether this item of a loop counts. */
function isHeld(loop: DataRecord, scope: Scope): boolean {
  return !Object.hasOwn(loop, '$if') || compileCondition(loop['$if'], '$if')(scope);
}

/** The scope of each item of a loop: the one around it, with the item under its name. */
function scopesOf(loop: DataRecord, scope: Scope): Scope[] {
  const path = plainText(loop['$each'] ?? '');
  const items = valueAt(path, scope) ?? [];
  if (!Array.isArray(items)) throw new ConfigError('ERR_TEMPLATE', `"$each": "${path}" is not a list`);
  const name = plainText(loop['$as'] ?? 'item');
  return items.map((item) => ({ ...scope, [name]: item as Json })).filter((each) => isHeld(loop, each));
}

/** Keys that a person typed never reach a prototype. */
function fromEntries(entries: readonly (readonly [string, Json])[]): DataRecord {
  return Object.fromEntries(entries);
}
