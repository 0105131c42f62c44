import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { OPERATION } from './operation.ts';
import { FIELD, type FieldManifest, type ParameterManifest } from './parameter.ts';
import { NAMES, SOURCE, TEMPLATES } from './parts.ts';

/** Schema of `connector/<name>/entities/<entity>.json`. */
export const ENTITY_SCHEMA = {
  type: 'object',
  title: 'Entity of a connector',
  properties: {
    $schema: { type: 'string' },
    name: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*$', description: 'Lower-case name, as documents write it.' },
    title: { type: 'string', minLength: 1 },
    description: { type: 'string' },
    key: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      description: 'Fields that tell a row from all others; empty where it has none. Dots lead into objects.',
    },
    integerFields: {
      type: 'array',
      items: { type: 'string' },
      description: 'Fields that have to be sent as JSON integers.',
    },
    idField: {
      type: 'string',
      description: 'Field that makes a write an update of a stored record; absent where there is none.',
    },
    listKeys: {
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
      description:
        'Lists of which a write changes only the items that it sends, such as custom fields: the fields that tell the items apart. Rules of fields reach into them by name: "customfields.CFOwner".',
    },
    fields: {
      type: 'object',
      additionalProperties: FIELD,
      description: 'Fields that a record is known to have, for completion and checks. A record may have others.',
    },
    find: {
      type: 'object',
      description:
        'How to look a record up by the value of a field; rows are compared afterwards, so it may find too many.',
      properties: {
        operation: { type: 'string', default: 'list' },
        fields: {
          type: 'array',
          items: { type: 'string' },
          description: 'Fields that it is known to search; for others its silence would prove nothing.',
        },
        query: { ...TEMPLATES, description: 'Templates over { field, value }.' },
      },
      required: ['fields', 'query'],
      additionalProperties: false,
    },
    operations: {
      type: 'object',
      propertyNames: { ...NAMES, pattern: '^[a-z][a-z0-9-]*$' },
      additionalProperties: OPERATION,
      minProperties: 1,
    },
    source: SOURCE,
  },
  required: ['name', 'title', 'key', 'operations'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Written<Schema> = Omit<Schema, 'pathParameters' | 'queryParameters'>;

/** An operation as loaded, short forms written out. */
export type OperationManifest = Written<FromSchema<typeof OPERATION>> & {
  readonly pathParameters?: Readonly<Record<string, ParameterManifest>>;
  readonly queryParameters?: Readonly<Record<string, ParameterManifest>>;
};

/** An entity as loaded, short forms written out. */
export type EntityManifest = Omit<FromSchema<typeof ENTITY_SCHEMA>, 'operations' | 'fields'> & {
  readonly operations: Readonly<Record<string, OperationManifest>>;
  readonly fields?: Readonly<Record<string, FieldManifest>>;
};

export type DeltaManifest = NonNullable<OperationManifest['delta']>;
export type ForEachManifest = NonNullable<OperationManifest['forEach']>;
export type DetailManifest = NonNullable<OperationManifest['details']>[number];
