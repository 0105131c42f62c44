import { TransformError } from '../errors.ts';
import type { Json } from '../record.ts';
import { createXmlReader } from './xml-events.ts';
import { createXmlTree, type XmlNames } from './xml-tree.ts';

/** Reads an XML document as an object with one field, its root. Throws TransformError where it is none. */
export function parseXml(text: string, names: XmlNames): Json {
  const tree = createXmlTree(names);
  let root = '';
  const reader = createXmlReader({
    open(name, attributes) {
      tree.open(name, attributes);
      if (tree.path.length === 1) root = tree.path[0] ?? '';
    },
    text: (piece) => {
      tree.text(piece);
    },
    close: (name) => {
      tree.close(name);
    },
  });
  reader.write(text.startsWith('\uFEFF') ? text.slice(1) : text);
  reader.end();
  const value = tree.take();
  if (value === undefined) throw new TransformError('finds no valid XML (it is empty)');
  return Object.fromEntries([[root, value]]);
}
