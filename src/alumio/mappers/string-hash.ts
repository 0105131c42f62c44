import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';
import { createHash } from 'node:crypto';

const options = {
  type: 'object',
  properties: {
    algo: { enum: ['md5', 'sha1', 'sha256', 'sha384', 'sha512'], default: 'sha256', description: 'How.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'string-hash',
  summary: 'Makes a hash of a text, in hexadecimal digits.',
  options,
  create({ algo }): MapValue {
    return (value) => createHash(algo).update(toText(value)).digest('hex');
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;
