import { type Php } from './array.ts';

/** PHP's cast to string: true is "1", false and null are "", an array is "Array". */
export function toText(value: Php): string {
  if (value === null || value === false) return '';
  if (value === true) return '1';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  return 'Array';
}

/** Whole numbers in full, decimals with 14 digits at most, as PHP writes them into texts. */
function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < MAX_INTEGER) return String(value + 0);
  const [digits = '', power = '0'] = value.toExponential(13).split('e');
  const [whole = '', rest = ''] = digits.replace(/\.?0+$/, '').split('.');
  const exponent = Number(power);
  if (exponent < -4 || exponent > 14)
    return `${whole}.${rest === '' ? '0' : rest}E${exponent < 0 ? '' : '+'}${exponent}`;
  return String(Number(value.toPrecision(14)));
}

/** From here on PHP holds whole numbers as decimals. */
const MAX_INTEGER = 2 ** 63;

const LEADING_NUMBER = /^[ \t\n\r\v\f]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/;

/** PHP's cast to float: the number that a text begins with, else 0. */
export function toFloat(value: Php): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') return Number(LEADING_NUMBER.exec(value)?.[0] ?? 0);
  if (value === null) return 0;
  return value.size > 0 ? 1 : 0;
}

/** PHP's cast to int: as {@link toFloat}, without the fraction; what is no number, or endless, is 0. */
export function toInteger(value: Php): number {
  const number = toFloat(value);
  return Number.isFinite(number) ? Math.trunc(number) + 0 : 0;
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
