import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Accessor, Entry, Part } from '../part.ts';
import { keyValue, nextKey, type Php } from '../php/array.ts';
import { compileGlobPattern, getAt, parseKeys, pathText, setAt, unsetAt } from '../php/pattern.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    root: { type: ['string', 'null'], default: '', description: 'Path of the list; empty is the record.' },
    key: { type: 'string', description: 'Path of the key inside each item.' },
    value: {
      type: ['string', 'null'],
      default: '',
      description: 'Path of the value inside each item; empty, or "\\"\\"", is the item.',
    },
  },
  required: ['key'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'structure',
  summary: 'A list of items with a key and a value, as if it were an object.',
  options,
  create({ root: rootText, key: keyText, value: valueText }): Accessor {
    const list = compileGlobPattern(rootText ?? '');
    const keyPath = parseKeys(keyText);
    const valuePath = valueText === '""' ? [] : parseKeys(valueText ?? '');
    const read = (root: Php): Entry[] =>
      list.find(root).flatMap(({ path, value: items }) =>
        items instanceof Map
          ? [...items].flatMap(([index, item]) => {
              const key = getAt(item, keyPath);
              const value = getAt(item, valuePath);
              if (key === undefined || value === undefined) return [];
              return [{ key: toText(key), name: pathText([toText(key)]), path: [...path, index], value }];
            })
          : [],
      );
    const add: Accessor['add'] = (root, values) => {
      const place = list.keys ?? list.find(root)[0]?.path ?? [];
      const known = new Map(read(root).map(({ key, path }) => [key, path]));
      let changed = root;
      for (const [key, value] of values) {
        const items = getAt(changed, place);
        const at = known.get(key) ?? [...place, items instanceof Map ? nextKey(items) : '0'];
        known.set(key, at);
        if (valuePath.length === 0) changed = setAt(changed, at, value);
        changed = setAt(changed, [...at, ...keyPath], keyValue(key));
        if (valuePath.length > 0) changed = setAt(changed, [...at, ...valuePath], value);
      }
      return changed;
    };
    return {
      read,
      add,
      addAt: (root, values) =>
        add(
          root,
          [...values].map(([name, value]) => [name === '""' ? '' : name, value] as const),
        ),
      remove: (root, entries) => {
        for (const { path } of entries) unsetAt(root, path);
      },
      put: (root, { path }, value) => setAt(root, [...path, ...valuePath], value),
      list: (root) => {
        const entries = read(root);
        return entries.length === 0 ? undefined : new Map(entries.map(({ key, value }) => [key, value]));
      },
      replace: (root, value) => {
        for (const { path } of read(root)) unsetAt(root, path);
        return value instanceof Map ? add(root, value) : root;
      },
    };
  },
} satisfies Part<Accessor, FromSchema<typeof options>>;
