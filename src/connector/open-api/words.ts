/** Words that a path writes in its own way, and how they read: "AzureAD" → "Azure AD". */
export type Spellings = Readonly<Record<string, string>>;

/** Words in which the last letters are not an ending. */
const PLURAL_ONLY = new Set(['details', 'data', 'info', 'news', 'software', 'stock', 'settings', 'access']);

/** What an operation does when its path ends in one of these. */
const VERBS = new Set(
  (
    'accept activate add adjust apply approve archive assign authorize cancel check clear clone close complete confirm ' +
    'connect convert copy create deactivate decline delete disable disconnect dismiss download enable execute export ' +
    'fetch format generate get import invite invoke join leave link list lock login logout mark merge move notify open ' +
    'pause ping print process publish read rebuild recalculate refresh register reject release remove rename renew ' +
    'reopen request reset resend restart restore resume retry review revoke run save search send set share sort split ' +
    'start stop submit subscribe suspend switch sync synchronize test trigger undo uninstall unlink unlock unsubscribe ' +
    'update upload validate verify void vote'
  ).split(' '),
);

/**
 * Splits a name as paths and schemas write it into words: "CRMNotes" → "CRM notes", "stock_bins" → "stock bins".
 *
 * Abbreviations keep their capitals; the overlay's spellings win.
 */
export function toWords(name: string, spellings: Spellings = {}): string {
  if (Object.hasOwn(spellings, name)) return spellings[name] ?? name;
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => (/^[A-Z][a-z0-9]*$/.test(word) && word.length > 1 ? word.toLowerCase() : word))
    .join(' ');
}

/** A name in lower case with hyphens: "GetS3URL" → "get-s3-url"; empty when nothing of it is left. */
export function toKebab(words: string): string {
  return words
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .join('-');
}

/** The first letter as a capital. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Several of them, by the last word: "asset type" → "asset types". Stays as it is when it is a plural already. */
export function plural(words: string): string {
  return changeLast(words, (word) => {
    if (PLURAL_ONLY.has(word.toLowerCase()) || isPlural(word)) return word;
    if (/(?:s|x|z|ch|sh)$/i.test(word)) return `${word}es`;
    return /[^aeiou]y$/i.test(word) && !/[A-Z]Y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
  });
}

/** One of them, by the last word: "cost centres" → "cost centre". */
export function singular(words: string): string {
  return changeLast(words, (word) => {
    if (PLURAL_ONLY.has(word.toLowerCase()) || !isPlural(word)) return word;
    if (/ies$/i.test(word)) return `${word.slice(0, -3)}y`;
    return /(?:ss|x|ch|sh|us)es$/i.test(word) ? word.slice(0, -2) : word.slice(0, -1);
  });
}

/** Whether it begins with something to do: "clear cache". A capital makes it a name: "Process Street". */
export function startsWithVerb(words: string): boolean {
  return VERBS.has(words.split(' ')[0] ?? '');
}

/** The third person of a text that begins with a verb: "clear cache" → "Clears cache". */
export function thirdPerson(words: string): string {
  const [verb = '', ...rest] = words.split(' ');
  const ending = /(?:s|x|z|ch|sh)$/.test(verb) ? 'es' : 's';
  const form = /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}${ending}`;
  return capitalize([form, ...rest].join(' '));
}

function isPlural(word: string): boolean {
  return /[a-z]s$/.test(word) && !/(?:ss|us|is)$/.test(word);
}

function changeLast(words: string, change: (word: string) => string): string {
  const all = words.split(' ');
  return [...all.slice(0, -1), change(all.at(-1) ?? '')].join(' ');
}
