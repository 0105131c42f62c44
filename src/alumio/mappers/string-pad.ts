import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    length: { type: 'integer', minimum: 0, maximum: 10000, description: 'Characters that it has at least.' },
    pad: { type: 'string', minLength: 1, default: ' ', description: 'What it is filled with.' },
    side: { enum: ['left', 'right', 'both'], default: 'right', description: 'Where that is put.' },
  },
  required: ['length'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'string-pad',
  summary: 'Fills a text up to a length.',
  options,
  create({ length, pad, side }): MapValue {
    return (value) => {
      const text = toText(value);
      const missing = Math.max(0, length - Array.from(text).length);
      const left = side === 'left' ? missing : side === 'both' ? Math.floor(missing / 2) : 0;
      return fill(pad, left) + text + fill(pad, missing - left);
    };
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;

function fill(pad: string, length: number): string {
  return ''.padEnd(length, pad);
}
