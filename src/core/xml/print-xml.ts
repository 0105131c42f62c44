import { TransformError } from '../errors.ts';
import { type DataRecord, isRecord, type Json, plainText } from '../record.ts';
import { checkTextLength, kindOf, listOf, MAX_DEPTH } from '../value-kinds.ts';
import type { XmlNames } from './xml-tree.ts';

/** How a document is written. */
export interface XmlPrinting extends Pick<XmlNames, 'attributePrefix' | 'textField'> {
  /** Name of the outermost element; without it the value is an object whose only field it is. */
  readonly root: string | undefined;
  /** Name of each element where the value is a list. */
  readonly item: string;
  readonly declaration: boolean;
  /** Spaces of each level; 0 writes all on one line. */
  readonly indent: number;
}

const NAME = /^[\p{L}_][\p{L}\p{N}\p{M}._-]*(?::[\p{L}_][\p{L}\p{N}\p{M}._-]*)?$/u;

/** What XML 1.0 cannot hold, not even escaped; half surrogates cannot be written in UTF-8. */

const IMPOSSIBLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Cs}/u;

/** Writes a value as an XML document. Throws TransformError where a name or a text does not fit. */
export function printXml(value: Json, options: XmlPrinting): string {
  const writing = new Writing(options);
  if (options.declaration) writing.line(0, '<?xml version="1.0" encoding="UTF-8"?>');
  const [name, content] = rootOf(value, options);
  writing.element(name, content, 0);
  return writing.text();
}

function rootOf(value: Json, { root, item }: XmlPrinting): [name: string, content: Json] {
  if (root !== undefined) return [root, Array.isArray(value) ? { [item]: listOf(value) } : value];
  const [field, ...others] = isRecord(value) ? Object.entries<Json>(value) : [];
  if (!field || others.length > 0 || Array.isArray(field[1])) {
    throw new TransformError(`cannot write ${kindOf(value)} as XML: give "root", or an object with one field`);
  }
  return field;
}

class Writing {
  readonly #options: XmlPrinting;
  readonly #lines: string[] = [];
  #length = 0;

  constructor(options: XmlPrinting) {
    this.#options = options;
  }

  text(): string {
    return this.#lines.join(this.#options.indent > 0 ? '\n' : '');
  }

  line(level: number, text: string): void {
    const line = ' '.repeat(level * this.#options.indent) + text;
    this.#length += line.length + 1;
    checkTextLength(this.#length);
    this.#lines.push(line);
  }

  element(name: string, value: Json, level: number): void {
    if (level >= MAX_DEPTH) throw new TransformError(`is nested deeper than ${MAX_DEPTH} levels`);
    checkName(name);
    if (Array.isArray(value)) {
      throw new TransformError(`cannot write a list inside of the list "${name}" as XML; flatten it first`);
    }
    if (isRecord(value)) this.#object(name, value, level);
    else this.#leaf(level, name, '', escapeText(plainText(value)));
  }

  #object(name: string, value: DataRecord, level: number): void {
    const { attributePrefix, textField } = this.#options;
    const fields = Object.entries<Json>(value);
    const isAttribute = (field: string): boolean => attributePrefix !== '' && field.startsWith(attributePrefix);
    const attributes = fields.filter(([field]) => isAttribute(field)).map((each) => this.#attribute(...each));
    const children = fields.filter(([field]) => !isAttribute(field) && field !== textField);
    const own = Object.hasOwn(value, textField) ? escapeText(plainText(value[textField])) : '';
    if (children.length === 0) {
      this.#leaf(level, name, attributes.join(''), own);
      return;
    }
    this.line(level, `<${name}${attributes.join('')}>${own}`);
    for (const [field, child] of children) {
      for (const each of Array.isArray(child) ? listOf(child) : [child]) this.element(field, each, level + 1);
    }
    this.line(level, `</${name}>`);
  }

  #attribute(field: string, value: Json): string {
    const name = field.slice(this.#options.attributePrefix.length);
    checkName(name);
    if (typeof value === 'object' && value !== null) {
      throw new TransformError(`cannot write ${kindOf(value)} as the attribute "${name}"`);
    }
    return ` ${name}="${escapeText(plainText(value))
      .replaceAll('"', '&quot;')
      .replace(/[\n\t]/g, numbered)}"`;
  }

  #leaf(level: number, name: string, attributes: string, text: string): void {
    this.line(level, text === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${text}</${name}>`);
  }
}

function checkName(name: string): void {
  if (!NAME.test(name)) {
    throw new TransformError(`cannot write ${JSON.stringify(name.slice(0, 60))} as the name of an XML element`);
  }
}

/** Text as it stands between tags. Throws TransformError for characters that XML cannot hold. */
export function escapeText(text: string): string {
  const impossible = IMPOSSIBLE.exec(text);
  if (impossible) {
    const code = impossible[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    throw new TransformError(`holds the character U+${code}, which XML cannot hold; replace it first`);
  }
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

function numbered(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
