/** Parts that exports also write in other ways: older names, and names that only their labels in the editor tell. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'value-condition-v2': ['value-condition'],
  'number-greater-than': ['number-greater', 'greater-than'],
  'number-greater-than-or-equals': [
    'number-greater-than-or-equal',
    'number-greater-or-equals',
    'greater-than-or-equals',
    'greater-than-or-equal',
  ],
  'number-less-than': ['number-less', 'less-than'],
  'number-less-than-or-equals': [
    'number-less-than-or-equal',
    'number-less-or-equals',
    'less-than-or-equals',
    'less-than-or-equal',
  ],
  'string-contains': ['contains'],
  'string-not-contains': ['not-contains', 'string-does-not-contain'],
  'string-starts-with': ['starts-with'],
  'string-ends-with': ['ends-with'],
  'string-regex': ['regex', 'string-match', 'string-matches', 'string-pcre', 'string-match-pcre', 'string-preg-match'],
  'string-not-regex': ['not-regex', 'string-not-match', 'string-does-not-match', 'string-not-pcre'],
  'list-not-contains': ['list-does-not-contain'],
  'list-not-contains-match': ['list-does-not-contain-match'],
  'format-date-time': ['format-datetime', 'format-valid-date-time', 'date-time'],
  'format-uuid': ['format-unique-identifier', 'uuid'],
  'format-credit-card': ['format-creditcard', 'credit-card'],
  'format-json-schema': ['format-schema', 'json-schema', 'validate-json-schema'],
  'string-alphabetic': ['string-alpha', 'string-only-alphabetic', 'string-contains-only-alphabetic'],
  'string-alphanumeric': ['string-alpha-numeric', 'string-only-alphanumeric', 'string-contains-only-alphanumeric'],
  'string-digits': ['string-numeric', 'string-only-numbers', 'string-only-digits', 'string-contains-only-numbers'],
  'cast-bool': ['cast-boolean'],
  'cast-int': ['cast-integer'],
  'cast-array': ['cast-list'],
  'decode-base64': ['base64-decode', 'string-base64-decode', 'string-decode-base64'],
  'encode-base64': ['base64-encode', 'string-base64-encode', 'string-encode-base64'],
  'encode-url': ['url-encode', 'string-url-encode', 'string-encode-url'],
  'deserialize-json': ['json-decode', 'unserialize-json'],
  'list-filter': ['list-remove-empty'],
  'list-slice': ['list-cut'],
  'list-sum': ['list-total'],
  'list-flip': ['list-swap'],
  'list-unique': ['list-distinct'],
  'number-absolute': ['number-abs'],
  'number-ceil': ['number-round-up'],
  'number-floor': ['number-round-down'],
  'number-round': ['round'],
  'string-length': ['string-count'],
  'string-lower-first': ['string-lcfirst'],
  'string-upper-words': ['string-ucwords', 'string-capitalize', 'string-title'],
  'string-pad': ['string-fill'],
  'string-regex-replace': ['string-preg-replace', 'string-pcre-replace', 'string-replace-regex', 'regex-replace'],
  'string-split': ['string-explode', 'string-to-list'],
  'string-strip-tags': ['strip-tags', 'string-remove-html'],
};

const TEXTS: readonly string[] = ['search', 'needle', 'text', 'string'];
const PATTERNS: readonly string[] = ['expression', 'regex', 'regexp', 'value'];

/** Options that exports may write in other ways, by the part. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'string-contains': { value: TEXTS },
  'string-not-contains': { value: TEXTS },
  'string-starts-with': { value: TEXTS },
  'string-ends-with': { value: TEXTS },
  'string-regex': { pattern: PATTERNS },
  'string-not-regex': { pattern: PATTERNS },
  'string-regex-replace': { pattern: [...PATTERNS, 'search'], replacement: ['replace', 'to', 'by'] },
  'string-split': { separator: ['delimiter', 'glue', 'split', 'by'] },
  'string-trim': { characters: ['mask', 'character', 'chars', 'trim'] },
  'string-pad': { length: ['padLength', 'size'], pad: ['padString', 'string', 'character'], side: ['padType', 'type'] },
  'list-slice': { offset: ['start'] },
  'number-round': { precision: ['decimals'] },
  'format-number': { thousandsSeparator: ['thousandSeparator', 'thousandsSep', 'thousandSep', 'separator'] },
};

/** Parts of which nothing public shows how exports write them: their labels tell what they do. */
const BY_LABEL: ReadonlySet<string> = new Set([
  ...Object.keys(NAMES).filter((name) => name !== 'value-condition-v2' && name !== 'cast-int'),
  ...['list-contains', 'list-contains-match', 'list-first', 'list-last', 'logic-xor', 'format-json', 'string-trim'],
]);

const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([type, others]) => others.map((other) => [other, type] as const)),
);

/** The name that a part has here. */
export function typeOf(prototype: string): string {
  return TYPES.get(prototype) ?? prototype;
}

/** The name that an option of a part has here. */
export function optionOf(type: string, given: string): string {
  const others = Object.hasOwn(OPTIONS, type) ? Object.entries(OPTIONS[type] ?? {}) : [];
  return others.find(([, names]) => names.includes(given))?.[0] ?? given;
}

/** Whether a part is understood by its label alone, so that a person should look at what it does. */
export function isKnownByLabel(type: string): boolean {
  return BY_LABEL.has(type);
}
