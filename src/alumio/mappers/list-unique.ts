import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toJson } from '../php/array.ts';
import { toText } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'list-unique',
  summary: 'Keeps the first of values that are the same as texts; keys stay as they are.',
  options,
  create: (): MapValue => (value) => {
    if (!(value instanceof Map)) return value;
    const known = new Set<string>();
    return new Map(
      [...value].filter(([, item]) => {
        const text = item instanceof Map ? JSON.stringify(toJson(item)) : toText(item);
        return !known.has(text) && known.add(text);
      }),
    );
  },
} satisfies Part<MapValue>;
