import { parsePath } from '../core/field-path.ts';
import { isRecord } from '../core/record.ts';
import { createXmlReader } from '../core/xml/xml-events.ts';
import { createXmlTree, nameOf, type XmlTree } from '../core/xml/xml-tree.ts';
import { TransformError } from '../core/errors.ts';
import type { ReadingOptions } from './options.ts';
import { MAX_RECORD, tooLong } from './ndjson-rows.ts';
import type { Emit, RowSink } from './row-sink.ts';

const TEXT_FIELD = '#text';

/** Records of an XML document: the elements at a path, or all that stand below the outermost. */
export function createXmlSink(options: ReadingOptions, emit: Emit): RowSink {
  const wanted = options.path === undefined ? ['*', '*'] : parsePath(options.path);
  const path: string[] = [];
  let tree: XmlTree | undefined;
  let row = 0;
  let found = 0;

  const isRow = (): boolean =>
    path.length === wanted.length && wanted.every((name, index) => name === '*' || name === path[index]);
  const count = (length: number): void => {
    found += length;
    if (found > MAX_RECORD) throw tooLong(row + 1);
  };
  const reader = createXmlReader({
    open(name, attributes) {
      if (tree)
        count(attributes.reduce((sum, [attribute, value]) => sum + attribute.length + value.length, name.length));
      if (!tree) {
        const above = [...path];
        path.push(nameOf(name, options));
        if (!isRow()) return;
        tree = createXmlTree({ ...options, textField: TEXT_FIELD }, above);
      } else path.push(name);
      tree.open(name, attributes);
    },
    text(text) {
      if (!tree) return;
      count(text.length);
      tree.text(text);
    },
    close(name) {
      tree?.close(name);
      path.pop();
      const value = path.length < wanted.length ? tree?.take() : undefined;
      if (value === undefined) return;
      tree = undefined;
      row += 1;
      found = 0;
      emit({ row, record: isRecord(value) ? value : { [TEXT_FIELD]: value } });
    },
  });
  return {
    write(piece) {
      reader.write(piece);
    },
    end() {
      reader.end();
      if (row === 0 && options.path !== undefined) throw new TransformError(`has no element at "${options.path}"`);
    },
  };
}
