import { compareTexts } from './compare-texts.ts';
import type { Json } from './record.ts';

/** One text for all spellings of a value: its JSON with sorted keys. Equal values, and only they, give the same text. */
export function canonicalText(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalText).join()}]`;
  const entries = Object.entries(value).sort(([a], [b]) => compareTexts(a, b));
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonicalText(child)}`).join()}}`;
}
