import { Untranslatable } from './untranslatable.ts';

/** An address of an export: a path below the client's, with parameters where it has placeholders. */
export interface Address {
  /** `/families/{p1}/variants`. */
  readonly path: string;
  /** Values of the parameters of the path: texts with placeholders. */
  readonly pathValues: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

const PLACEHOLDER = /[&?$]\{(?:[^{}"'`]|"[^"]*"|'[^']*'|`[^`]*`|\{[^{}]*\})*\}/g;

/** Reads an address. Throws Untranslatable for one that is not below the client's own. */
export function readAddress(uri: unknown): Address {
  if (typeof uri !== 'string' || uri.trim() === '') throw new Untranslatable('the call has no address');
  if (/^[a-z][a-z0-9+.-]*:/i.test(uri)) {
    throw new Untranslatable(`the call goes to an address of its own, not below its client's: ${uri}`);
  }
  const held: string[] = [];
  // While they stand aside, "?" and "&" are what they are in addresses.
  const plain = uri.trim().replace(PLACEHOLDER, (text) => `\u0000${held.push(text) - 1}\u0000`);
  const fill = (text: string): string => text.replace(/\0(\d+)\0/g, (_, index: string) => held[Number(index)] ?? '');
  const [before, after] = splitOnce(plain, '?');
  const pathValues: Record<string, string> = {};
  const path = before.replace(/\0(\d+)\0/g, (_, index: string) => {
    const name = `p${Object.keys(pathValues).length + 1}`;
    pathValues[name] = held[Number(index)] ?? '';
    return `{${name}}`;
  });
  return { path: path.startsWith('/') ? path : `/${path}`, pathValues, query: readQuery(after, fill) };
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
