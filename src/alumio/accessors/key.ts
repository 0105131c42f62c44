import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Accessor, Entry, Part } from '../part.ts';
import type { Php } from '../php/array.ts';
import { compileGlobPattern, parseKeys, pathText, setAt, unsetAt } from '../php/pattern.ts';

const options = {
  type: 'object',
  properties: {
    root: { type: ['string', 'null'], default: '', description: 'Path of the object; empty is the record.' },
    keys: {
      type: 'array',
      items: { type: ['string', 'number'] },
      default: [],
      description: 'Keys that are meant; without any all of them.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'key',
  summary: 'Keys of one object.',
  options,
  create({ root: rootText, keys: wanted }): Accessor {
    const pattern = compileGlobPattern(rootText ?? '');
    const keys = new Set(wanted.map(String));
    const read = (root: Php): Entry[] =>
      pattern
        .find(root)
        .flatMap(({ path, value }) =>
          value instanceof Map
            ? [...value]
                .filter(([key]) => keys.size === 0 || keys.has(key))
                .map(([key, item]) => ({ key, name: pathText([key]), path: [...path, key], value: item }))
            : [],
        );
    const placeIn = (root: Php) => pattern.keys ?? pattern.find(root)[0]?.path;
    const add: Accessor['add'] = (root, values) => {
      const place = placeIn(root);
      if (!place) return root;
      return [...values].reduce<Php>((changed, [key, value]) => setAt(changed, [...place, key], value), root);
    };
    const addAt: Accessor['addAt'] = (root, values) => {
      const place = placeIn(root);
      if (!place) return root;
      return [...values].reduce<Php>(
        (changed, [name, value]) => setAt(changed, [...place, ...parseKeys(name)], value),
        root,
      );
    };
    return {
      read,
      add,
      addAt,
      remove: (root, entries) => {
        for (const { path } of entries) unsetAt(root, path);
      },
      put: (root, { path }, value) => setAt(root, path, value),
      list: (root) => {
        const places = pattern.find(root).filter(({ value }) => value instanceof Map);
        return places.length === 0 ? undefined : new Map(read(root).map(({ key, value }) => [key, value]));
      },
      replace: (root, value) => {
        if (keys.size === 0) return setAt(root, pattern.keys ?? pattern.find(root)[0]?.path ?? [], value);
        for (const { path } of read(root)) unsetAt(root, path);
        return value instanceof Map ? add(root, value) : root;
      },
    };
  },
} satisfies Part<Accessor, FromSchema<typeof options>>;
