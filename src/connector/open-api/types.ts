import { isObject } from '../../core/record.ts';
import type { VALUE_TYPES } from '../manifest/parameter.ts';
import { type Node, own, ownList, ownNode, ownText, referenceName, resolve } from './references.ts';

/** Types that the connector language knows for parameters and fields. */
export type ValueType = (typeof VALUE_TYPES)[number];

/** Spellings that documents use although JSON Schema has no such type; all in lower case. */
const SPELLINGS: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ['string', 'string'],
  ['str', 'string'],
  ['guid', 'string'],
  ['uuid', 'string'],
  ['integer', 'integer'],
  ['int', 'integer'],
  ['int32', 'integer'],
  ['int64', 'integer'],
  ['long', 'integer'],
  ['short', 'integer'],
  ['number', 'number'],
  ['double', 'number'],
  ['float', 'number'],
  ['decimal', 'number'],
  ['boolean', 'boolean'],
  ['bool', 'boolean'],
  ['array', 'array'],
  ['object', 'object'],
  ['obj', 'object'],
  ['date', 'date'],
  ['datetime', 'date'],
  ['date-time', 'date'],
]);

/** Type of a parameter; text for what the document does not say. */
export function parameterType(document: Node, parameter: Node): ValueType {
  // OpenAPI 2 writes the type beside the name, OpenAPI 3 in a schema.
  return schemaType(document, own(parameter, 'schema') ?? parameter) ?? 'string';
}

/** Type of a field; an object where a schema only lists properties, text where nothing is said. */
export function fieldType(document: Node, schema: unknown): ValueType {
  return schemaType(document, schema) ?? 'string';
}

function schemaType(document: Node, schema: unknown): ValueType | undefined {
  const resolved = resolve(document, schema);
  // A reference that leads nowhere or in a circle still stands for something with a name: a record.
  if (!resolved) return referenceName(schema) === undefined ? undefined : 'object';
  const named = typeName(resolved);
  if (named === 'string' && isDate(resolved)) return 'date';
  return named ?? composedType(document, resolved);
}

function typeName(schema: Node): ValueType | undefined {
  const type = own(schema, 'type');
  // OpenAPI 3.1 writes ["string", "null"] for what may be empty.
  const name = Array.isArray(type) ? (type as unknown[]).find((each) => each !== 'null') : type;
  if (typeof name !== 'string') return undefined;
  const lower = name.toLowerCase();
  return /^(?:list|array|ienumerable)<|\[\]$/.test(lower) ? 'array' : SPELLINGS.get(lower);
}

function isDate(schema: Node): boolean {
  return ['date', 'date-time'].includes(ownText(schema, 'format') ?? '');
}

/** What a schema without a type is: by its parts, or by the first alternative that has a type. */
function composedType(document: Node, schema: Node): ValueType | undefined {
  if (ownNode(schema, 'properties') || isObject(own(schema, 'additionalProperties'))) return 'object';
  if (own(schema, 'items') !== undefined) return 'array';
  for (const keyword of ['allOf', 'oneOf', 'anyOf']) {
    for (const part of ownList(schema, keyword)) {
      // One level: deeper nesting, or a circle, is left as not said.
      const type = typeName(resolve(document, part) ?? {});
      if (type !== undefined) return type;
      if (referenceName(part) !== undefined) return 'object';
    }
  }
  return typeof ownList(schema, 'enum')[0] === 'string' ? 'string' : undefined;
}
