import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { keyValue } from '../php/array.ts';
import { toText } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'list-flip',
  summary: 'Makes keys of the values of an array, and values of its keys.',
  options,
  create: (): MapValue => (value) =>
    value instanceof Map ? new Map([...value].map(([key, item]) => [toText(item), keyValue(key)])) : value,
} satisfies Part<MapValue>;
