import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { TransformError } from '../../core/errors.ts';
import type { MapValue, Part } from '../part.ts';
import { copyOf } from '../php/array.ts';
import { toInteger } from '../php/scalars.ts';

const MOST = 10_000;

const options = {
  type: 'object',
  properties: {
    start: { type: 'integer', default: 0, description: 'First key.' },
    length: {
      type: ['integer', 'string'],
      minimum: 0,
      maximum: MOST,
      description: 'How many times; placeholders read from the value itself: "&{@}" is the value.',
    },
  },
  required: ['length'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'list-fill',
  summary: 'Makes an array that holds the value several times.',
  options,
  create({ start, length }, { fill }): MapValue {
    const lengthOf = fill(length, 'length');
    return (value, _, run) => {
      const count = toInteger(lengthOf(value, run));
      if (count < 0 || count > MOST) {
        throw new TransformError(`list-fill makes from 0 to ${MOST} values, not ${count}`, { count });
      }
      return new Map(Array.from({ length: count }, (__, index) => [String(start + index), copyOf(value)]));
    };
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;
