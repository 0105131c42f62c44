/** Values that must never appear in text that leaves a client, and what to do about them. */
export interface Secrets {
  /** Registers a value. Values under 4 characters are not replaced: they would tear holes into every text. */
  add(value: string): void;
  /** Replaces every known value, in each form it may take, and the values of telling fields. */
  redact(text: string): string;
  /** Redacts a text and cuts it to `maxLength` without leaving half a secret at the cut. */
  redactAndCut(text: string, maxLength: number): string;
  /** Redacts every string inside a value. */
  redactValue(value: unknown): unknown;
  /** Replaces the values of headers that carry credentials. */
  redactHeaders(headers: Readonly<Record<string, string>>): Record<string, string>;
}

const REDACTED = '[redacted]';
const SHORTEST = 4;
/** Values added while running that are kept. */
const RECENT = 16;
const WORDS = 'password|passwd|secret|token|authorization|api[-_]?key';

// Bounded repetition keeps these linear on hostile text.
const KEY = String.raw`[^"\\]{0,60}(?:${WORDS})[^"\\]{0,60}`;
const NUMBER = String.raw`-?\d[\d.eE+-]*`;
const JSON_FIELD = new RegExp(String.raw`("${KEY}"\s{0,9}:\s{0,9})(?:"(?:[^"\\]|\\.)*"?|${NUMBER})`, 'gi');
/** The same inside a JSON string, as in an error message that repeats the request. */
const QUOTED_JSON_FIELD = new RegExp(
  String.raw`(\\"${KEY}\\"\s{0,9}:\s{0,9})(?:\\"(?:[^"\\]|\\\\(?:\\.|[^"\\]))*(?:\\")?|${NUMBER})`,
  'gi',
);
const FORM_FIELD = new RegExp(String.raw`((?:^|[?&\s])[^=&\s"]{0,60}(?:${WORDS})[^=&\s"]{0,60}=)[^&\s"]+`, 'gi');
/** What every field has behind its word. Texts without it, nearly all, are passed over at a fraction of the cost. */
const ANY_FIELD = new RegExp(String.raw`(?:${WORDS})(?:[^"\\]{0,60}\\?"\s{0,9}:|[^=&\s"]{0,60}=)`, 'i');
const HEADER = new RegExp(`${WORDS}|^cookie$|^set-cookie$`, 'i');

/**
 * Creates the memory of one client's secrets; the authenticator adds to it while it runs.
 *
 * @param values Stay for good. Of those added later the newest {@link RECENT} are kept, or hourly tokens would fill it.
 */
export function createSecrets(values: Iterable<string> = []): Secrets {
  const lasting = [...values];
  const recent = new Set<string>();
  let known: readonly string[] | undefined;

  const current = (): readonly string[] => (known ??= allForms([...lasting, ...recent]));
  const redact = (text: string): string => {
    const replaced = current().reduce((shown, form) => shown.replaceAll(form, REDACTED), text);
    if (!ANY_FIELD.test(replaced)) return replaced;
    return replaced
      .replace(JSON_FIELD, `$1"${REDACTED}"`)
      .replace(QUOTED_JSON_FIELD, String.raw`$1\"${REDACTED}\"`)
      .replace(FORM_FIELD, `$1${REDACTED}`);
  };
  return {
    add(value) {
      if (!recent.has(value)) known = undefined;
      // Added again, it is the newest again.
      recent.delete(value);
      recent.add(value);
      const [oldest] = recent;
      if (recent.size > RECENT && oldest !== undefined) recent.delete(oldest);
    },
    redact,
    redactAndCut(text, maxLength) {
      if (text.length <= maxLength) return redact(text);
      const longest = current()[0]?.length ?? 0;
      const shown = redact(text.slice(0, maxLength + longest));
      // Only its last `longest` characters can be the beginning of a secret that was cut through.
      return `${shown.slice(0, Math.max(0, Math.min(maxLength, shown.length - longest)))}…`;
    },
    redactValue: (value) => mapStrings(value, redact),
    redactHeaders: (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, HEADER.test(name) ? REDACTED : redact(value)]),
      ),
  };
}

/** Longest first, so that a secret that contains another one goes as a whole. */
function allForms(values: readonly string[]): string[] {
  const worth = values.filter((value) => value.length >= SHORTEST);
  return [...new Set(worth.flatMap(formsOf))].sort((a, b) => b.length - a.length);
}

/** The ways a value is written in addresses, forms, JSON and Basic headers. */
function formsOf(value: string): string[] {
  const encoded = encodeURIComponent(value);
  const inForm = new URLSearchParams([['', value]]).toString().slice(1);
  return [
    value,
    encoded,
    encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    inForm,
    JSON.stringify(value).slice(1, -1),
    ...base64Forms(value),
    ...(inForm === value ? [] : base64Forms(inForm)),
  ];
}

/**
 * What is certain to appear when the value stands anywhere inside a base64 text, e.g. as the second half of a Basic
 * header: three alignments, without the edge characters that its neighbours decide.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  const inside = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const firstOwn = Math.ceil((shift * 8) / 6);
    return text.slice(firstOwn, Math.floor(((shift + bytes.length) * 8) / 6));
  });
  return [bytes.toString('base64'), ...inside]
    .flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
    .filter((form) => form.length >= 2 * SHORTEST);
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]));
}
