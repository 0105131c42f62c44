/** How a number is brought to a number of decimals. */
export const ROUNDING_MODES = ['nearest', 'up', 'down', 'toward-zero', 'half-even'] as const;

export type RoundingMode = (typeof ROUNDING_MODES)[number];

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/**
 * Reads a number as JSON, spreadsheets and people write it with a decimal point: `12`, `-0.5`, `.5`, `1e3`.
 *
 * @returns undefined for everything else: "", "NaN", "Infinity", "0x10", "1,5", and what is too large for a number.
 */
export function readNumber(text: string): number | undefined {
  if (isPlainDecimal(text)) return Number(text);
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed)) return undefined;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : undefined;
}

/** Whether a text is digits, perhaps with a point between them: most numbers are, and need no pattern. */
function isPlainDecimal(text: string): boolean {
  let points = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === POINT && at > 0) points += 1;
    else if (code < ZERO || code > NINE) return false;
  }
  return text.length > 0 && text.length <= MAX_PLAIN_LENGTH && points <= 1;
}

const [POINT, ZERO, NINE] = [46, 48, 57];

/** Longer ones may be too large for a number. */
const MAX_PLAIN_LENGTH = 30;

/**
 * Brings a number to a number of decimals (negative: tens, hundreds); halves go away from zero unless `mode` says
 * otherwise. Goes by the digits that the number shows, so 1.005 becomes 1.01.
 */
export function roundTo(value: number, decimals: number, mode: RoundingMode = 'nearest'): number {
  const shifted = shift(value, decimals);
  const rounded = shift(ROUND[mode](shifted), -decimals);
  return Number.isFinite(rounded) ? rounded + 0 : value;
}

const ROUND: Readonly<Record<RoundingMode, (value: number) => number>> = {
  nearest: (value) => Math.sign(value) * Math.round(Math.abs(value)),
  up: Math.ceil,
  down: Math.floor,
  'toward-zero': Math.trunc,
  'half-even': (value) => {
    const floor = Math.floor(value);
    if (value - floor !== 0.5) return Math.round(value);
    return floor % 2 === 0 ? floor : floor + 1;
  },
};

/** Moves the decimal point on the digits, which multiplying by a power of ten would not do exactly. */
function shift(value: number, places: number): number {
  const [digits = '0', exponent = '0'] = String(value).split('e');
  return Number(`${digits}e${Number(exponent) + places}`);
}

/** A number with exactly so many decimals, and marks of your own for the point and between thousands. */
export function writeNumber(value: number, decimals: number, point: string, thousands: string): string {
  const rounded = roundTo(value, decimals);
  // From 1e21 on numbers are written with an exponent, and their decimals mean nothing.
  if (Math.abs(rounded) >= 1e21) return String(rounded);
  const [whole = '0', fraction] = Math.abs(rounded).toFixed(decimals).split('.');
  const grouped = thousands === '' ? whole : group(whole, thousands);
  return (rounded < 0 ? '-' : '') + grouped + (fraction === undefined ? '' : point + fraction);
}

function group(digits: string, between: string): string {
  const first = digits.length % 3;
  const groups = first === 0 ? [] : [digits.slice(0, first)];
  for (let at = first; at < digits.length; at += 3) groups.push(digits.slice(at, at + 3));
  return groups.join(between);
}

/** Takes the noise off a calculated decimal: 0.1 + 0.2 is 0.3. Whole numbers are left alone. */
export function withoutNoise(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
}
