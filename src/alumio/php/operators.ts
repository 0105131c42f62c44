import { TransformError } from '../../core/errors.ts';
import { listOf, type Php, type PhpArray } from './array.ts';
import { arrayMerge } from './merge.ts';
import { isTrue } from './compare.ts';
import { toFloat, toInteger, toText } from './scalars.ts';

type Pair = (left: Php, right: Php) => Php;

/** Operators by the names that exports give them. */
const OPERATORS: Readonly<Record<string, Pair>> = {
  addition: numbers((a, b) => a + b),
  subtraction: numbers((a, b) => a - b),
  multiplication: numbers((a, b) => a * b),
  division: numbers((a, b) => {
    if (b === 0) throw new TransformError('Division by zero');
    return a / b;
  }),
  mod: modulo,
  modulo,
  pow: numbers((a, b) => a ** b),
  max: numbers((a, b) => Math.max(a, b)),
  min: numbers((a, b) => Math.min(a, b)),
  concat: (a, b) => toText(a) + toText(b),
  'logical-and': (a, b) => isTrue(a) && isTrue(b),
  'logical-or': (a, b) => isTrue(a) || isTrue(b),
  'logical-xor': (a, b) => isTrue(a) !== isTrue(b),
  'array-merge': arrays((a, b) => arrayMerge([a, b])),
  'array-union': arrays((a, b) => new Map([...a, ...[...b].filter(([key]) => !a.has(key))])),
  'array-diff': arrays((a, b) => keepTexts(a, texts(b), false)),
  'array-intersect': arrays((a, b) => keepTexts(a, texts(b), true)),
  'array-diff-key': arrays((a, b) => keep(a, (key) => !b.has(key))),
  'array-intersect-key': arrays((a, b) => keep(a, (key) => b.has(key))),
  'bitwise-and': (a, b) => Number(BigInt(toInteger(a)) & BigInt(toInteger(b))),
  'bitwise-or': (a, b) => Number(BigInt(toInteger(a)) | BigInt(toInteger(b))),
  'bitwise-xor': (a, b) => Number(BigInt(toInteger(a)) ^ BigInt(toInteger(b))),
};

export const OPERATOR_NAMES: string[] = Object.keys(OPERATORS);

/** Applies an operator to values from the first to the last. One value, or none, stays what it is. */
export function compileOperator(name: string): (values: readonly Php[]) => Php {
  const apply = OPERATORS[name] ?? ((left: Php) => left);
  return (values) => {
    const [first = name.startsWith('array') ? listOf([]) : null, ...rest] = values;
    // A list of one array gets the keys that merging would give it.
    if (rest.length === 0 && name === 'array-merge' && first instanceof Map) return arrayMerge([first]);
    return rest.reduce((left, right) => apply(left, right), first);
  };
}

function modulo(left: Php, right: Php): Php {
  if (toInteger(right) === 0) throw new TransformError('Division by zero');
  return toInteger(left) % toInteger(right);
}

/** What comes out of decimals is the number that a person expects: PHP shows 17 digits, but writes the shortest. */
function numbers(apply: (a: number, b: number) => number): Pair {
  return (left, right) => apply(toFloat(left), toFloat(right));
}

function arrays(apply: (a: PhpArray, b: PhpArray) => PhpArray): Pair {
  return (left, right) => apply(arrayOf(left), arrayOf(right));
}

/** Nothing is an empty array; a plain value is none. */
function arrayOf(value: Php): PhpArray {
  if (value instanceof Map) return value;
  if (value === null || value === '') return new Map();
  throw new TransformError(`${JSON.stringify(value)} is not a list or an object`);
}

function keep(array: PhpArray, isKept: (key: string, value: Php) => boolean): PhpArray {
  return new Map([...array].filter(([key, value]) => isKept(key, value)));
}

/** Values are compared as texts, as PHP's array_diff does. */
function keepTexts(array: PhpArray, known: ReadonlySet<string>, isKept: boolean): PhpArray {
  return keep(array, (_, value) => known.has(toText(value)) === isKept);
}

function texts(array: PhpArray): ReadonlySet<string> {
  return new Set([...array.values()].map(toText));
}
