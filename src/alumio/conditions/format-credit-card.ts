import type { JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'format-credit-card',
  summary: 'Holds for the number of a credit card: 12 to 19 digits that add up as they must.',
  options,
  create: (): Condition => (value) => {
    const digits =
      typeof value === 'string' ? value.replace(/[ -]/g, '') : typeof value === 'number' ? String(value) : '';
    return /^\d{12,19}$/.test(digits) && luhnSum(digits) % 10 === 0;
  },
} satisfies Part<Condition>;

/** From the right, every second digit counts twice, and its digits are added. */
function luhnSum(digits: string): number {
  return Array.from(digits)
    .reverse()
    .map((digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 2))
    .reduce((sum, value) => sum + (value > 9 ? value - 9 : value), 0);
}
