import type { JSONSchema } from 'json-schema-to-ts';
import type { Json } from '../../core/record.ts';
import type { ShapeComponent } from '../types.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'list',
  summary: 'A list of rows, as it stands.',
  options,
  create() {
    return (found) => (Array.isArray(found) ? (found as readonly Json[]) : undefined);
  },
} satisfies ShapeComponent;
