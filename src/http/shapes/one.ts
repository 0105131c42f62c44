import type { JSONSchema } from 'json-schema-to-ts';
import { isRecord } from '../../core/record.ts';
import type { ShapeComponent } from '../types.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'one',
  summary: 'A single object is one row, null is none.',
  options,
  create() {
    return (found) => {
      if (found === null) return [];
      return isRecord(found) ? [found] : undefined;
    };
  },
} satisfies ShapeComponent;
