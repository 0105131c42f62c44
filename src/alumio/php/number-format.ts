/** How a number is written. */
interface NumberForm {
  readonly decimals: number;
  readonly decimalPoint: string;
  readonly thousands: string;
}

/** PHP's number_format: rounds halves away from zero. */
export function formatFixed(value: number, { decimals, decimalPoint, thousands }: NumberForm): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  const text = roundHalfUp(Math.abs(value), decimals);
  const [whole = '0', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, () => thousands);
  const isNegative = value < 0 && /[1-9]/.test(text);
  return `${isNegative ? '-' : ''}${grouped}${fraction === undefined ? '' : decimalPoint + fraction}`;
}

/** Rounds what the number looks like, not what it is: 1.005 has an exact value below it. */
function roundHalfUp(value: number, decimals: number): string {
  const text = String(value);
  // Beyond this there are no decimals to round, and what is very small has none left.
  if (value >= 1e15) return BigInt(Math.round(value)).toString() + (decimals > 0 ? `.${'0'.repeat(decimals)}` : '');
  if (text.includes('e')) return value.toFixed(decimals);
  return Number(`${Math.round(Number(`${text}e${decimals}`))}e-${decimals}`).toFixed(decimals);
}
