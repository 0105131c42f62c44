import { plainText, type Json } from '../../core/record.ts';

/** How a value is made comparable. */
export const NORMALISERS = ['trim', 'case', 'spaces', 'digits', 'alphanumeric', 'mac', 'leading-zeros'] as const;

export type Normaliser = (typeof NORMALISERS)[number];

/** The value as text, made comparable; undefined when nothing is left of it, or when it is no plain value. */
export function normalised(value: Json | undefined, normalisers: readonly Normaliser[]): string | undefined {
  if (value === undefined || value === null || typeof value === 'object') return undefined;
  let text: string | undefined = plainText(value);
  for (const each of normalisers) {
    if (text === undefined) return undefined;
    text = CHANGES[each](text);
  }
  return text === '' ? undefined : text;
}

const CHANGES: Readonly<Record<Normaliser, (text: string) => string | undefined>> = {
  trim: (text) => text.trim(),
  case: (text) => text.toLowerCase(),
  spaces: (text) => text.replace(/\s+/g, ' '),
  digits: (text) => text.replace(/\D+/g, ''),
  alphanumeric: (text) => text.replace(/[^\p{L}\p{N}]+/gu, ''),
  mac: macAddress,
  'leading-zeros': (text) => text.replace(/^0+(?=.)/, ''),
};

/** `AA-BB-CC-00-11-22`, `aabb.cc00.1122` and `AA:BB:CC:00:11:22` are one address; what is none matches nothing. */
function macAddress(text: string): string | undefined {
  const digits = text.replace(/[\s:.-]+/g, '').toLowerCase();
  return /^[0-9a-f]{12}$/.test(digits) ? digits : undefined;
}
