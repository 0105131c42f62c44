import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    algo: {
      enum: ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-512', 'ripemd160', 'crc32b'],
      default: 'sha256',
      description: 'How.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'string-hash',
  summary: 'Makes a hash of a text, in hexadecimal digits.',
  options,
  create({ algo }): MapValue {
    if (algo === 'crc32b') return (value) => crc32(toText(value)).toString(16).padStart(8, '0');
    return (value) => createHash(algo).update(toText(value)).digest('hex');
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;
