import { compareText } from './merge.ts';
import type { OpenApiDocument } from './document.ts';
import { openDocument } from './document.ts';
import { type ApiBody, type ApiOperation, type ApiParameter, readOperations } from './operations.ts';
import type { Node } from './references.ts';
import { type Field, schemaFields } from './schemas.ts';
import type { ValueType } from './types.ts';

/**
 * A copy of a document with nothing but facts: paths, methods, names and types of parameters, schemas of bodies with
 * names and types of their fields. No sentence of the vendor's.
 *
 * An import of the copy gives the same entities as one of the document.
 *
 * @throws ConfigError ERR_OPENAPI
 */
export function factsOnly(value: unknown, title: string): Node {
  const document = openDocument(value);
  const { operations } = readOperations(document);
  const schemas = new Map<string, unknown>();
  const byPath = new Map<string, [string, Node][]>();
  for (const operation of operations) {
    const facts = operationFacts(operation, document, schemas);
    byPath.set(operation.path, [...(byPath.get(operation.path) ?? []), [operation.method.toLowerCase(), facts]]);
  }
  return {
    // 3.1 is the first version that lets an operation leave its responses out.
    openapi: '3.1.0',
    info: { title, version: 'facts' },
    paths: sorted([...byPath].map(([path, methods]) => [path, Object.fromEntries(methods)])),
    components: { schemas: sorted([...schemas]) },
  };
}

function operationFacts(operation: ApiOperation, document: OpenApiDocument, schemas: Map<string, unknown>): Node {
  const { tag, pathParameters, queryParameters, body, answersList, expects, isDeprecated } = operation;
  const parameters = [
    ...pathParameters.map((each) => parameterFacts(each, 'path')),
    ...[...queryParameters].sort((a, b) => compareText(a.name, b.name)).map((each) => parameterFacts(each, 'query')),
  ];
  return {
    ...(tag !== undefined && { tags: [tag] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { content: bodyFacts(body, document, schemas) } }),
    ...(answersList && answerFacts('application/json', { schema: { type: 'array' } })),
    ...(expects && answerFacts(MEDIA_TYPES[expects], {})),
    ...(isDeprecated && { deprecated: true }),
  };
}

function answerFacts(mediaType: string, content: Node): Node {
  return { responses: { 200: { description: '', content: { [mediaType]: content } } } };
}

function parameterFacts({ name, type, required, values, repeats }: ApiParameter, place: string): Node {
  return {
    name,
    in: place,
    ...(required && { required }),
    ...(type === 'array' && !repeats && { explode: false }),
    schema: { ...typeFacts(type), ...(values && { enum: values }) },
  };
}

const MEDIA_TYPES = {
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
  text: 'text/plain',
  bytes: 'application/octet-stream',
} as const;

function bodyFacts(body: ApiBody, document: OpenApiDocument, schemas: Map<string, unknown>): Node {
  if (body.encoding) return { [MEDIA_TYPES[body.encoding]]: {} };
  const fields = schemaFields(document.root, body.record);
  const record = recordFacts(body, fields, schemas);
  const schema = body.shape === 'array' ? { type: 'array', items: record } : record;
  return { 'application/json': { schema } };
}

/** A named schema is written once; the first one of a name counts. */
function recordFacts({ schema }: ApiBody, fields: ReadonlyMap<string, Field>, schemas: Map<string, unknown>): Node {
  const properties = [...fields].map(([name, field]) => [name, fieldFacts(field)]);
  const facts = { type: 'object', properties: Object.fromEntries(properties) as Node };
  if (schema === undefined || !/^[\w.-]+$/.test(schema)) return fields.size === 0 ? {} : facts;
  if (!schemas.has(schema)) schemas.set(schema, facts);
  return { $ref: `#/components/schemas/${schema}` };
}

function fieldFacts({ type, readOnly }: Field): Node {
  return { ...typeFacts(type), ...(readOnly && { readOnly }) };
}

function typeFacts(type: ValueType): Node {
  return type === 'date' ? { type: 'string', format: 'date-time' } : { type };
}

function sorted(entries: readonly (readonly [string, unknown])[]): Node {
  return Object.fromEntries([...entries].sort(([a], [b]) => compareText(a, b)));
}
