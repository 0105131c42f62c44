/** One link of a Link header. */
export interface Link {
  readonly target: string;
  /** Names in lower case; the first of equal ones counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

const SPACE = /[ \t]*/y;
const TARGET = /<([^<>]*)>/y;
const NAME = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
/** More lenient than a token: sources write addresses and lists without quotes. */
const BARE = /[^\s;,"]*/y;

/**
 * Reads a Link header: `<https://…?page=2>; rel="next", <…>; rel=last`.
 *
 * @returns undefined when the text is no such header.
 * @see RFC 8288, section 3 and appendix B
 */
export function parseLinkHeader(text: string): Link[] | undefined {
  const reader = createReader(text);
  const links: Link[] = [];
  for (;;) {
    // Empty list items are allowed: ", <…>".
    while (reader.take(SPACE) !== undefined && reader.skip(','));
    if (reader.isAtEnd()) return links;
    const target = reader.take(TARGET);
    if (target === undefined) return undefined;
    const parameters = readParameters(reader);
    if (parameters === undefined || !(reader.isAtEnd() || reader.skip(','))) return undefined;
    links.push({ target, parameters });
  }
}

/** Target of the first link of a relation. Links of another context than the answer (`anchor`) do not count. */
export function linkOf(links: readonly Link[], rel: string): string | undefined {
  const wanted = rel.toLowerCase();
  const has = ({ parameters }: Link): boolean =>
    !parameters.has('anchor') && (parameters.get('rel') ?? '').toLowerCase().split(/\s+/).includes(wanted);
  return links.find(has)?.target;
}

function readParameters(reader: Reader): Map<string, string> | undefined {
  const parameters = new Map<string, string>();
  for (;;) {
    reader.take(SPACE);
    if (!reader.skip(';')) return parameters;
    reader.take(SPACE);
    const name = reader.take(NAME)?.toLowerCase();
    if (name === undefined) continue;
    reader.take(SPACE);
    const value = reader.skip('=') ? readValue(reader) : '';
    if (value === undefined) return undefined;
    if (!parameters.has(name)) parameters.set(name, value);
  }
}

function readValue(reader: Reader): string | undefined {
  reader.take(SPACE);
  return reader.take(QUOTED)?.replaceAll(/\\(.)/g, '$1') ?? reader.take(BARE);
}

/** Walks over a text from the left; its patterns are sticky and take no step back. */
interface Reader {
  /** Text of the pattern here (its group, where it has one); undefined leaves the place as it is. */
  take(pattern: RegExp): string | undefined;
  skip(character: string): boolean;
  isAtEnd(): boolean;
}

function createReader(text: string): Reader {
  let at = 0;
  return {
    take(pattern) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (!match) return undefined;
      at = pattern.lastIndex;
      return match[1] ?? match[0];
    },
    skip(character) {
      if (text[at] !== character) return false;
      at += 1;
      return true;
    },
    isAtEnd: () => at >= text.length,
  };
}
