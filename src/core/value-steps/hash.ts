import { createHash } from 'node:crypto';
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { canonicalText } from '../canonical-text.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    algorithm: {
      enum: ['sha256', 'sha512', 'sha1', 'md5'],
      default: 'sha256',
      description: 'sha1 and md5 are for old systems that expect them.',
    },
    as: { enum: ['hex', 'base64', 'base64url'], default: 'hex', description: 'How the hash is written.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'hash',
  summary: 'Makes a hash of a text, or of the JSON of a list or object with its keys in order.',
  options,
  examples: [
    { options: { algorithm: 'md5' }, input: 'abc', output: '900150983cd24fb0d6963f7d28e17f72' },
    {
      options: {},
      input: 'abc',
      output: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    },
  ],
  create({ algorithm, as }) {
    return (value) => {
      const text = typeof value === 'string' ? value : canonicalText(value);
      return createHash(algorithm).update(text, 'utf8').digest(as);
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;
