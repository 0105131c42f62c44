import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { ShapeComponent } from '../types.ts';

const options = {
  type: 'object',
  properties: {
    field: { type: 'string', minLength: 1, default: 'text', description: 'Field of the row that gets the text.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'text',
  summary: 'A text is one row; steps take it apart, such as `parse` and `split-list`. Its operation "expects": "text".',
  options,
  create({ field }) {
    return (found) => {
      if (typeof found === 'string') return [{ [field]: found }];
      return found === null ? [{ [field]: '' }] : undefined;
    };
  },
} satisfies ShapeComponent<FromSchema<typeof options>>;
