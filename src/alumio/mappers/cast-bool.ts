import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { isTrue } from '../php/compare.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'cast-bool',
  summary: 'Makes a value into true or false: nothing, 0, "0" and empty values are false.',
  options,
  create: (): MapValue => isTrue,
} satisfies Part<MapValue>;
