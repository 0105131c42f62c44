import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'encode-url',
  summary: 'Writes a text as addresses hold it, as rawurlencode of PHP does: a space is %20.',
  options,
  create: (): MapValue => (value) =>
    // Half of a pair, which no address can hold, becomes the sign for what is unknown.
    encodeURIComponent(Buffer.from(toText(value)).toString()).replace(
      /[!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
} satisfies Part<MapValue>;
