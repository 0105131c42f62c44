import type { EntityWords } from './entity-words.ts';
import { tailWords } from './names.ts';
import { type ApiOperation, pathNames } from './operations.ts';
import type { Overlay } from './overlay.ts';
import { capitalize, startsWithVerb, thirdPerson, toWords } from './words.ts';

const OWN_TITLES: Readonly<Record<string, string>> = {
  list: 'Lists {many}',
  post: 'Adds or updates one {one}',
  create: 'Adds one {one}',
  replace: 'Replaces one {one} by its {id}',
  update: 'Updates one {one} by its {id}',
  get: 'Gets one {one} by its {id}',
  delete: 'Deletes one {one} by its {id}',
  'replace-all': 'Replaces all {many}',
  'update-all': 'Updates all {many}',
  'delete-all': 'Deletes all {many}',
};

const VERBS = { GET: 'Gets', POST: 'Sends', PUT: 'Replaces', PATCH: 'Updates', DELETE: 'Deletes' } as const;

/** The sentence a person picks from a list: the overlay's, or ours by pattern. Never a sentence of the vendor. */
export function operationTitle(
  name: string,
  operation: ApiOperation,
  tail: readonly string[],
  words: EntityWords,
  overlay: Overlay,
): string {
  const pattern = overlayTitle(name, operation, tail, overlay) ?? ownTitle(name, operation, tail, overlay);
  const id = toWords(pathNames(operation.path).at(-1) ?? 'id', overlay.words);
  return capitalize(pattern.replaceAll('{one}', words.one).replaceAll('{many}', words.many).replaceAll('{id}', id));
}

function overlayTitle(
  name: string,
  { method, path }: ApiOperation,
  tail: readonly string[],
  overlay: Overlay,
): string | undefined {
  const titles = overlay.titles ?? {};
  for (const [key, title] of Object.entries(titles)) {
    const rest = key.includes(' ') ? matchRest(key, `${method} ${path}`) : undefined;
    if (rest !== undefined) return title.replaceAll('{rest}', restWords(rest, overlay));
  }
  return Object.hasOwn(titles, name) && isPlain(name, tail) ? titles[name] : undefined;
}

/** What "*" of a pattern stands for; undefined when the text does not fit. */
export function matchRest(pattern: string, text: string): string | undefined {
  const at = pattern.indexOf('*');
  if (at === -1) return pattern === text ? '' : undefined;
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + 1)];
  const fits = text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
  return fits ? text.slice(before.length, text.length - after.length) : undefined;
}

/** Names of products and parts stay as the path writes them, unless the overlay spells them out. */
function restWords(rest: string, { words = {} }: Overlay): string {
  return rest
    .split('/')
    .filter((segment) => segment !== '' && pathNames(segment).length === 0)
    .map((segment) => (Object.hasOwn(words, segment) ? words[segment] : segment.replaceAll('-', ' ')))
    .join(' ');
}

/** The patterns for list, get … are about the entity itself, not about what follows it in a path. */
function isPlain(name: string, tail: readonly string[]): boolean {
  return !(name in OWN_TITLES) || tailWords(tail, {}) === '';
}

function ownTitle(name: string, { method }: ApiOperation, tail: readonly string[], overlay: Overlay): string {
  const own = Object.hasOwn(OWN_TITLES, name) && isPlain(name, tail) ? OWN_TITLES[name] : undefined;
  if (own !== undefined) return own;
  const words = tailWords(tail, overlay.words ?? {});
  const isOfOne = pathNames(tail[0] ?? '').length > 0;
  const of = isOfOne ? 'one {one}' : '{many}';
  const endsInParameter = pathNames(tail.at(-1) ?? '').length > 0;
  if (words === '') return `${VERBS[method]} one {one} by its {id}`;
  if (method === 'POST' && startsWithVerb(words)) return verbTitle(words, of);
  const thing = words.toLowerCase() === 'get' ? '' : words.replace(/^get /i, '');
  if (thing === '') return `${VERBS[method]} {many}`;
  return endsInParameter && !isOfOne
    ? `${VERBS[method]} one ${thing} of {many} by its {id}`
    : `${VERBS[method]} the ${thing} of ${of}`;
}

/** "cancel" → "Cancels {many}"; "update lines" → "Updates lines of {many}". */
function verbTitle(words: string, of: string): string {
  const text = thirdPerson(words);
  return text.includes(' ') ? `${text} of ${of}` : `${text} ${of}`;
}
