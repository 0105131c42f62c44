import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Accessor, Entry, Part } from '../part.ts';
import type { Php } from '../php/array.ts';
import { compileGlobPattern, type Keys, parseKeys, pathText, setAt, unsetAt } from '../php/pattern.ts';

const options = {
  type: 'object',
  properties: {
    pattern: {
      type: ['string', 'null'],
      default: '',
      description: 'Pattern of the values; empty is the whole record.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'pattern',
  summary: 'All values that a pattern finds.',
  options,
  create({ pattern: given }): Accessor {
    const text = given ?? '';
    const { find } = compileGlobPattern(text);
    const parent = /^(?:(.*)\.)?\*$/s.exec(text);
    const container = parent ? compileGlobPattern(parent[1] ?? '').keys : undefined;
    const read = (root: Php): Entry[] =>
      find(root).map(({ path, value }) => ({ key: keyOf(path), name: pathText(path), path, value }));
    const add: Accessor['add'] = (root, values) =>
      [...values].reduce<Php>((changed, [key, value]) => setAt(changed, parseKeys(key), value), root);
    return {
      read,
      add,
      addAt: add,
      remove: (root, entries) => {
        for (const { path } of entries) unsetAt(root, path);
      },
      put: (root, { path }, value) => setAt(root, path, value),
      list: (root) => {
        if (text === '') return root instanceof Map ? root : undefined;
        const entries = read(root);
        const names = entries.map(({ path }) => (container ? (path.at(-1) ?? '') : keyOf(path)));
        return entries.length === 0
          ? undefined
          : new Map(entries.map(({ value }, index) => [names[index] ?? '', value]));
      },
      replace: (root, value) => {
        if (text === '') return value;
        if (container) return setAt(root, container, value);
        for (const { path } of read(root)) unsetAt(root, path);
        return value instanceof Map ? add(root, value) : root;
      },
    };
  },
} satisfies Part<Accessor, FromSchema<typeof options>>;

/** A path as one text; a key with a dot in it stands in quotes. */
function keyOf(path: Keys): string {
  if (path.length === 1) return path[0] ?? '';
  return pathText(path);
}
