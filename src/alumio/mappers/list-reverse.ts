import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { arrayMerge } from '../php/merge.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'list-reverse',
  summary: 'Turns the order of an array around; keys that are numbers are given anew.',
  options,
  create: (): MapValue => (value) => (value instanceof Map ? arrayMerge([new Map([...value].reverse())]) : value),
} satisfies Part<MapValue>;
