import type { JSONSchema } from 'json-schema-to-ts';

/** Identifier of a document in a path. Names that no document can have are simply not found. */
const NAME = { type: 'string', minLength: 1, maxLength: 255 } as const satisfies JSONSchema;

/** Numbers that outgrow JavaScript's are possible in other engines, so ids travel as text. */
export const ID = {
  type: 'string',
  pattern: '^[0-9]{1,15}$',
  description: 'Number of a run or task, as text.',
} as const satisfies JSONSchema;

/** Path parameters: the identifier of a document. */
export const IDENTIFIER_PARAMS = {
  type: 'object',
  properties: { id: NAME },
  required: ['id'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Path parameters: the number of a run, task or exchange. */
export const ID_PARAMS = {
  type: 'object',
  properties: { id: ID },
  required: ['id'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** No key at all: for queries and bodies of routes that take none. */
export const NOTHING = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;
