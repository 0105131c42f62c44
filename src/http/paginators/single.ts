import type { JSONSchema } from 'json-schema-to-ts';
import type { PaginatorComponent } from '../types.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'single',
  summary: 'Reads one page: the source answers everything at once.',
  options,
  create() {
    return {
      first: () => ({ position: {}, query: {} }),
      next: () => ({ reason: 'single' }),
    };
  },
} satisfies PaginatorComponent;
