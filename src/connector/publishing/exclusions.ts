import { compilePattern } from '../../core/pattern.ts';
import type { Json } from '../../core/record.ts';
import { normalised, type Normaliser } from './normalise.ts';

/** Values that say nothing about which record is meant. */
export interface ExclusionSpec {
  readonly placeholders?: boolean;
  readonly values?: readonly (string | number)[];
  readonly patterns?: readonly string[];
}

/** What makers and tools write where there is no serial number, in lower case. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  'to be filled by o.e.m.',
  'to be filled by oem',
  'default string',
  'system serial number',
  'chassis serial number',
  'system product name',
  'not specified',
  'not applicable',
  'not available',
  'none',
  'null',
  'n/a',
  'na',
  'unknown',
  'undefined',
  'invalid',
  'empty',
  'oem',
  'o.e.m.',
  'xxxxxxx',
  '123456789',
  '0123456789',
  '1234567890',
]);

/** Nothing but one sign over and over: 0000000, ----, FFFFFFFF. */
const ONE_SIGN = /^(.)\1*$/u;

/**
 * Compiles what must not be matched by. Values are compared without regard to case and space around them, and as they
 * are after the rule's normalisers.
 *
 * @throws ConfigError ERR_PATTERN.
 */
export function compileExclusions(
  { placeholders = false, values = [], patterns = [] }: ExclusionSpec,
  normalisers: readonly Normaliser[],
): (value: Json) => boolean {
  const listed = new Set(values.map((value) => String(value).trim().toLowerCase()));
  const comparable = new Set(values.map((value) => normalised(value, normalisers)));
  comparable.delete(undefined);
  const matchers = patterns.map(compilePattern);
  return (value) => {
    const text = normalised(value, ['trim']);
    if (text === undefined) return false;
    if (listed.has(text.toLowerCase()) || comparable.has(normalised(value, normalisers))) return true;
    if (matchers.some((matches) => matches(text))) return true;
    return placeholders && isPlaceholder(text.toLowerCase());
  };
}

function isPlaceholder(text: string): boolean {
  return PLACEHOLDERS.has(text) || (text.length > 2 && ONE_SIGN.test(text)) || /^(0|f|[:\-. ])+$/.test(text);
}
