import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { isTrue } from '../php/compare.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'list-filter',
  summary: 'Removes values that are empty: null, false, 0, "0", an empty text or array. Keys stay as they are.',
  options,
  create: (): MapValue => (value) =>
    value instanceof Map ? new Map([...value].filter(([, item]) => isTrue(item))) : value,
} satisfies Part<MapValue>;
