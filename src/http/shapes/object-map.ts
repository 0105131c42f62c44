import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { isRecord } from '../../core/record.ts';
import type { ShapeComponent } from '../types.ts';

const options = {
  type: 'object',
  properties: {
    keyAs: {
      type: 'string',
      minLength: 1,
      default: 'key',
      description: 'Field of the row that gets the key; it goes before a field of that name.',
    },
    valueAs: {
      type: 'string',
      minLength: 1,
      default: 'value',
      description: 'Field of the row that gets a value that is no object.',
    },
    spread: {
      type: 'boolean',
      default: true,
      description:
        'Whether the fields of a value that is an object become fields of the row; else it stands at valueAs.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'object-map',
  summary: 'An object whose keys name the rows: each value becomes one, with its key.',
  options,
  create({ keyAs, valueAs, spread }) {
    return (found) => {
      if (!isRecord(found)) return undefined;
      return Object.entries(found).map(([key, value]) =>
        spread && isRecord(value) ? { ...value, [keyAs]: key } : { [valueAs]: value, [keyAs]: key },
      );
    };
  },
} satisfies ShapeComponent<FromSchema<typeof options>>;
