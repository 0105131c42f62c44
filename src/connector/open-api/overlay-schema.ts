import type { JSONSchema } from 'json-schema-to-ts';
import { ENTITY_SCHEMA } from '../manifest-schema.ts';
import { VALUE_TYPES } from '../manifest/parameter.ts';
import { METHODS } from './operations.ts';

const NAMES = { type: 'array', items: { type: 'string' } } as const;

const PARAMETER = {
  type: ['string', 'object'],
  properties: {
    type: { enum: VALUE_TYPES },
    description: { type: ['string', 'null'] },
    required: { type: ['boolean', 'null'] },
    enum: { type: 'array' },
    style: { enum: ['comma', 'repeat', 'brackets', 'json'] },
    options: { type: 'object' },
    example: {},
  },
  additionalProperties: false,
} as const;
const PARAMETERS = {
  type: 'object',
  additionalProperties: { ...PARAMETER, type: ['string', 'object', 'null'] },
} as const;

/** Keys of an operation that the manifest language has; their form is checked when the connector is loaded. */
function loosely(properties: object): Record<string, JSONSchema> {
  return Object.fromEntries(Object.keys(properties).map((key) => [key, {}]));
}

const OPERATION_FACTS = {
  type: 'object',
  properties: {
    ...loosely(ENTITY_SCHEMA.properties.operations.additionalProperties.properties),
    method: { enum: METHODS },
    path: { type: 'string', pattern: '^/' },
    pathParameters: PARAMETERS,
    queryParameters: PARAMETERS,
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

const ENTITY_FACTS = {
  type: 'object',
  properties: {
    ...loosely(ENTITY_SCHEMA.properties),
    title: { type: 'string' },
    description: { type: 'string' },
    one: { type: 'string', description: 'One of them in words, for titles: "asset type".' },
    many: { type: 'string', description: 'Several of them in words: "asset types".' },
    operations: { type: 'object', additionalProperties: OPERATION_FACTS },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Schema of `overlay.json`: facts that an OpenAPI document lacks. */
export const OVERLAY_SCHEMA = {
  type: 'object',
  properties: {
    $schema: { type: 'string' },
    source: { type: 'string', description: 'Where the document comes from; written into each entity.' },
    entityFrom: { enum: ['path', 'tag'], description: 'What names the entity of an operation.' },
    stripPath: { type: 'string', description: 'Beginning of all paths that names no entity, such as "/api/v2".' },
    postTo: {
      enum: ['create', 'post'],
      description: 'What POST on a collection is: "create" makes new records only, "post" creates and updates.',
    },
    words: { type: 'object', additionalProperties: { type: 'string' } },
    titles: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description:
        'Titles by operation name or by "METHOD /path" with one "*"; {one}, {many} and {rest} are filled in.',
    },
    hideParameters: { ...NAMES, description: 'Query parameters that the paginator sends.' },
    parameters: {
      type: 'object',
      additionalProperties: PARAMETER,
      description: 'Facts about query parameters, wherever the document declares one of that name.',
    },
    listParameters: {
      type: 'object',
      additionalProperties: PARAMETER,
      description: 'The same, but only for lists: there "client_id" chooses rows.',
    },
    pathParameterTypes: { type: 'object', additionalProperties: { enum: VALUE_TYPES } },
    rules: {
      type: 'array',
      description: 'Facts for all operations of a kind, in order; what an entity says itself wins.',
      items: {
        type: 'object',
        properties: {
          $comment: { type: 'string' },
          when: {
            type: 'object',
            properties: {
              operation: { type: 'string' },
              method: { enum: METHODS },
              action: { type: 'string' },
              parameters: NAMES,
              lacks: NAMES,
              body: { enum: ['array', 'object', 'other', 'none'] },
              path: { type: 'string', description: 'A path, or the beginning of one before "*".' },
              isExtra: { type: 'boolean' },
            },
            additionalProperties: false,
          },
          set: OPERATION_FACTS,
        },
        required: ['when', 'set'],
        additionalProperties: false,
      },
    },
    entityRules: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          $comment: { type: 'string' },
          when: {
            type: 'object',
            properties: {
              operations: NAMES,
              pathParameters: NAMES,
              body: { enum: ['array', 'object'] },
              fields: NAMES,
            },
            additionalProperties: false,
          },
          set: ENTITY_FACTS,
        },
        required: ['when', 'set'],
        additionalProperties: false,
      },
    },
    extraOperations: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          $comment: { type: 'string' },
          operations: { type: 'array', items: { type: 'string', pattern: '^(GET|POST|PUT|PATCH|DELETE) /' } },
          set: OPERATION_FACTS,
        },
        required: ['operations'],
        additionalProperties: false,
      },
    },
    leaveOut: { ...NAMES, description: 'Operations that the connector does not have, "METHOD /path" each.' },
    entities: { type: 'object', additionalProperties: ENTITY_FACTS },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;
