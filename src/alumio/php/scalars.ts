import { type Php } from './array.ts';

/** PHP's cast to string: true is "1", false and null are "", an array is "Array". */
export function toText(value: Php): string {
  if (value === null || value === false) return '';
  if (value === true) return '1';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  return 'Array';
}

function numberText(value: number): string {
  return String(value).replace(
    /^(-?\d)(\.\d+)?e([+-]\d+)$/,
    (_, whole: string, rest: string | undefined, power: string) => {
      return `${whole}${rest ?? '.0'}E${power}`;
    },
  );
}

const LEADING_NUMBER = /^[ \t\n\r\v\f]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/;

/** PHP's cast to float: the number that a text begins with, else 0. */
export function toFloat(value: Php): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') return Number(LEADING_NUMBER.exec(value)?.[0] ?? 0);
  if (value === null) return 0;
  return value.size > 0 ? 1 : 0;
}

/** PHP's cast to int: as {@link toFloat}, without the fraction. */
export function toInteger(value: Php): number {
  return Math.trunc(toFloat(value)) + 0;
}

/** PHP's is_numeric: a number, or a text that is one; white space around it is allowed. */
export function isNumeric(value: Php): boolean {
  if (typeof value === 'number') return true;
  return (
    typeof value === 'string' &&
    /^[ \t\n\r\v\f]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[ \t\n\r\v\f]*$/.test(value)
  );
}

/** PHP's empty(): null, false, 0, "", "0" and an empty array. */
export function isEmpty(value: Php): boolean {
  if (value instanceof Map) return value.size === 0;
  return value === null || value === false || value === 0 || value === '' || value === '0';
}
