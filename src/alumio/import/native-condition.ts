import type { TranslatedPart } from './translate-part.ts';

/**
 * Writes filters as a condition of ours where both mean exactly the same; else gives undefined.
 *
 * That is so for paths of plain names and for values that are no lists or objects.
 */
export function nativeCondition(filters: readonly TranslatedPart[]): object | undefined {
  const parts = filters.map(toCondition);
  if (parts.length === 0 || parts.includes(undefined)) return undefined;
  return parts.length === 1 ? parts[0] : { all: parts };
}

const PLAIN_PATH = /^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*$/;

function toCondition(filter: TranslatedPart): object | undefined {
  switch (filter.type) {
    case 'key-condition':
      return toCondition(filter['filter'] as TranslatedPart);
    case 'key-exists-condition':
    case 'key-not-exists-condition':
      return isPlain(filter['path'])
        ? { field: filter['path'], exists: filter.type === 'key-exists-condition' }
        : undefined;
    case 'and-condition':
      return nativeCondition(filter['filters'] as TranslatedPart[]);
    case 'or-condition': {
      const parts = (filter['filters'] as TranslatedPart[]).map(toCondition);
      return parts.length === 0 || parts.includes(undefined) ? undefined : { any: parts };
    }
    case 'value-condition-v2':
      return valueCondition(filter);
    default:
      return undefined;
  }
}

function valueCondition(filter: TranslatedPart): object | undefined {
  const field = fieldOf(filter['accessor'] as TranslatedPart);
  const tests = ((filter['conditions'] ?? []) as TranslatedPart[]).map(toTest);
  if (field === undefined || tests.length === 0 || tests.includes(undefined)) return undefined;
  const conditions = tests.map((test) => ({ field, exists: true, ...test }));
  return conditions.length === 1 ? conditions[0] : { all: conditions };
}

function fieldOf({ type, pattern, root, keys }: TranslatedPart): string | undefined {
  if (type === 'pattern' && isPlain(pattern)) return pattern;
  const [only, ...others] = Array.isArray(keys) ? (keys as readonly unknown[]) : [];
  if (type !== 'key' || others.length > 0 || !isPlain(only) || only.includes('.')) return undefined;
  if (root === undefined || root === null || root === '') return only;
  return isPlain(root) ? `${root}.${only}` : undefined;
}

function toTest({ type, value }: TranslatedPart): object | undefined {
  const names: Readonly<Record<string, string>> = {
    equals: 'equals',
    'not-equals': 'notEquals',
    'one-of': 'in',
    'not-one-of': 'notIn',
  };
  const name = names[type];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isList = type.endsWith('one-of');
  if (name === undefined || isList !== Array.isArray(value)) return undefined;
  return values.every(isPlainValue) ? { [name]: value } : undefined;
}

/** Lists and objects are compared as PHP does; texts with a placeholder would be taken for a template. */
function isPlainValue(value: unknown): boolean {
  return (typeof value !== 'object' || value === null) && !(typeof value === 'string' && /[&?$@]\{/.test(value));
}

function isPlain(path: unknown): path is string {
  return typeof path === 'string' && PLAIN_PATH.test(path);
}
