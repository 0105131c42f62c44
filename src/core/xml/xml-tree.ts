import { type FieldPath, parsePath } from '../field-path.ts';
import type { Json } from '../record.ts';
import type { XmlHandler } from './xml-events.ts';

/** How elements become values. */
export interface XmlNames {
  /** What names of attributes begin with in a record, e.g. "@". */
  readonly attributePrefix: string;
  /** Field for the text of an element that has attributes or elements too. */
  readonly textField: string;
  /** "keep": names as they stand; "remove": without prefix, and without declarations of namespaces. */
  readonly namespaces: 'keep' | 'remove';
  /** Paths that are lists however often the element comes; "*" stands for any one name. */
  readonly lists: readonly string[];
}

/** Collects values of elements. */
export interface XmlTree extends XmlHandler {
  /** Path of the element that is open, from the first that was opened. */
  readonly path: readonly string[];
  /** Takes the value of the outermost element when it was closed. */
  take(): Json | undefined;
}

interface Element {
  readonly name: string;
  readonly fields: Map<string, Json[]>;
  readonly texts: string[];
}

/**
 * Makes values of elements: one with neither attributes nor elements is its text; others are objects. What comes twice is
 * a list. Names may be anything, also "__proto__".
 *
 * @param above Names of the elements around, where only a part of a document is collected.
 */
export function createXmlTree(names: XmlNames, above: readonly string[] = []): XmlTree {
  const isList = compileLists(names.lists);
  const stack: Element[] = [];
  const path = [...above];
  let result: Json | undefined;

  return {
    path,
    open(rawName, attributes) {
      const name = nameOf(rawName, names);
      const fields = new Map<string, Json[]>();
      for (const [attribute, value] of attributes) {
        if (names.namespaces === 'remove' && /^xmlns(:|$)/.test(attribute)) continue;
        fields.set(names.attributePrefix + nameOf(attribute, names), [value]);
      }
      stack.push({ name, fields, texts: [] });
      path.push(name);
    },
    text(text) {
      stack.at(-1)?.texts.push(text);
    },
    close() {
      const element = stack.pop();
      if (!element) return;
      const value = valueOf(element, names.textField, (child) => isList([...path, child]));
      path.pop();
      const parent = stack.at(-1);
      if (!parent) result = value;
      else {
        const before = parent.fields.get(element.name);
        if (before) before.push(value);
        else parent.fields.set(element.name, [value]);
      }
    },
    take() {
      const taken = result;
      result = undefined;
      return taken;
    },
  };
}

/** Name of an element or attribute as it stands in records. */
export function nameOf(name: string, { namespaces }: Pick<XmlNames, 'namespaces'>): string {
  return namespaces === 'keep' ? name : name.slice(name.indexOf(':') + 1);
}

function valueOf({ fields, texts }: Element, textField: string, isList: (child: string) => boolean): Json {
  const text = texts.join('');
  if (fields.size === 0) return text;
  if (text.trim() !== '') fields.set(textField, [text.trim()]);
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, values.length > 1 || isList(name) ? values : (values[0] ?? '')]),
  );
}

function compileLists(lists: readonly string[]): (path: readonly string[]) => boolean {
  const paths: FieldPath[] = lists.map(parsePath);
  return (path) =>
    paths.some((each) => each.length === path.length && each.every((name, at) => name === '*' || name === path[at]));
}
