import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'string-strip-tags',
  summary: 'Takes the tags out of a text with HTML.',
  options,
  create: (): MapValue => (value) => toText(value).replace(/<!--[^]*?(?:-->|$)|<\/?[A-Za-z!?][^>]*(?:>|$)/g, ''),
} satisfies Part<MapValue>;
