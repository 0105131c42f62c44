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
};

/** Parts of which nothing public shows how exports write them: their labels tell what they do. */
const BY_LABEL: ReadonlySet<string> = new Set([
  ...Object.keys(NAMES).filter((name) => /^(?:number|string|list)-/.test(name)),
  ...['list-contains', 'list-contains-match', 'logic-xor', 'format-json'],
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
