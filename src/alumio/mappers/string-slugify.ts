import type { JSONSchema } from 'json-schema-to-ts';
import { slugOf } from '../../core/slug-of.ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'string-slugify',
  summary: 'Makes a text fit for addresses: small letters, digits and dashes.',
  options,
  create: (): MapValue => (value) => slugOf(toText(value), '-'),
} satisfies Part<MapValue>;
