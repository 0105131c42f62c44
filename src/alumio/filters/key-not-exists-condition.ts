import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Filter, Part } from '../part.ts';
import { compileGlobPattern } from '../php/pattern.ts';

const options = {
  type: 'object',
  properties: {
    path: { type: 'string', description: 'Path, or pattern.' },
  },
  required: ['path'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'key-not-exists-condition',
  summary: 'Holds where a path leads nowhere.',
  options,
  create({ path }): Filter {
    const { find } = compileGlobPattern(path);
    return (root) => find(root).length === 0;
  },
} satisfies Part<Filter, FromSchema<typeof options>>;
