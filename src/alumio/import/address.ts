import { Untranslatable } from './untranslatable.ts';

/** An address of an export: a path below the client's, with parameters where it has placeholders. */
export interface Address {
  /** Of an address that stands for itself: `https://example.org`; undefined for one below the client's. */
  readonly origin: string | undefined;
  /** `/families/{p1}/variants`. */
  readonly path: string;
  /** Values of the parameters of the path: texts with placeholders. */
  readonly pathValues: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

const PLACEHOLDER = /[&?$@]\{(?:[^{}"'`]|"[^"]*"|'[^']*'|`[^`]*`|\{[^{}]*\})*\}/g;

/** Reads an address. Throws Untranslatable where there is none, or one that only a record knows. */
export function readAddress(given: unknown): Address {
  if (typeof given !== 'string' || given.trim() === '') throw new Untranslatable('the call has no address');
  const [origin] = /^https?:\/\/[^/?#\s]+/i.exec(given.trim()) ?? [];
  const isUnknown =
    origin === undefined ? /^(?:[&?@]\{|[a-z][a-z0-9+.-]*:)/i.test(given.trim()) : /[&?@]\{/.test(origin);
  if (isUnknown) throw new Untranslatable(`where the call goes is not known before it is made: ${given}`);
  const uri = given.trim().slice(origin?.length ?? 0);
  const held: string[] = [];
  // While they stand aside, "?" and "&" are what they are in addresses.
  const plain = uri.replace(PLACEHOLDER, (text) => `\u0000${held.push(text) - 1}\u0000`);
  const fill = (text: string): string => text.replace(/\0(\d+)\0/g, (_, index: string) => held[Number(index)] ?? '');
  const [before, after] = splitOnce(plain, '?');
  const pathValues: Record<string, string> = {};
  const path = before.replace(/\0(\d+)\0/g, (_, index: string) => {
    const name = `p${Object.keys(pathValues).length + 1}`;
    pathValues[name] = held[Number(index)] ?? '';
    return `{${name}}`;
  });
  return { origin, path: path.startsWith('/') ? path : `/${path}`, pathValues, query: readQuery(after, fill) };
}

function readQuery(text: string, fill: (text: string) => string): Record<string, string> {
  const pairs = text.split('&').filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name, value] = splitOnce(pair, '=');
      return [decode(name), fill(decode(value))];
    }),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
