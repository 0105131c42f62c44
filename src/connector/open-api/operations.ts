import { isObject } from '../../core/record.ts';
import type { OpenApiDocument } from './document.ts';
import { isHostile, type Node, own, ownList, ownNode, ownText, referenceName, resolve } from './references.ts';
import { parameterType, type ValueType } from './types.ts';

/** PATCH stands before PUT: where a record has both, "update" is the one that changes what is sent and nothing else. */
export const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/** A path or query parameter, as far as the document tells. */
export interface ApiParameter {
  readonly name: string;
  readonly type: ValueType;
  readonly required: boolean;
  /** Values it takes, where the document lists them. */
  readonly values?: readonly string[] | undefined;
  /** Whether a list is sent as `a=1&a=2`. */
  readonly repeats?: boolean;
}

/** What an operation takes: a list of records, one record, or something that is not JSON. */
export interface ApiBody {
  readonly shape: 'array' | 'object' | 'other';
  /** How it is written, where it is not JSON. */
  readonly encoding?: 'form' | 'multipart' | 'text';
  /** Schema of one record. */
  readonly record: unknown;
  /** Name of that schema, where it is a reference. */
  readonly schema?: string | undefined;
}

/** One operation in the form that the rest of the import works on, the same for all versions of OpenAPI. */
export interface ApiOperation {
  readonly method: Method;
  readonly path: string;
  readonly tag?: string | undefined;
  readonly pathParameters: readonly ApiParameter[];
  readonly queryParameters: readonly ApiParameter[];
  readonly body?: ApiBody | undefined;
  /** Whether the document says that the answer is a list. */
  readonly answersList: boolean;
  /** What the answer holds, where that is not JSON. */
  readonly expects?: 'text' | 'bytes' | undefined;
  readonly isDeprecated: boolean;
  /** Stated by the overlay, not by the document. */
  readonly isExtra?: boolean;
}

/** Something of the document that the connector does not have, and why. */
export interface Skipped {
  readonly what: string;
  readonly why: string;
}

/** Reads all operations of a document, in its order. Nothing in here throws: what cannot be read is told. */
export function readOperations(document: OpenApiDocument): { operations: ApiOperation[]; skipped: Skipped[] } {
  const operations: ApiOperation[] = [];
  const skipped: Skipped[] = [];
  for (const [path, value] of Object.entries(document.paths)) {
    if (path.startsWith('x-')) continue;
    const item = resolve(document.root, value);
    const problem = pathProblem(path, item);
    if (problem !== undefined || !item) {
      skipped.push({ what: path.slice(0, 200), why: problem ?? 'it is not an object' });
      continue;
    }
    for (const method of METHODS) {
      const node = own(item, method.toLowerCase());
      if (isObject(node)) operations.push(readOperation(document, method, path, item, node, skipped));
    }
  }
  return { operations, skipped };
}

function pathProblem(path: string, item: Node | undefined): string | undefined {
  if (!path.startsWith('/')) return 'a path begins with "/"';
  if (/[?#\\\s]|\/\.{1,2}(?:\/|$)|^\/\//.test(path)) return 'a path holds no "?", "#", "..", backslash or blanks';
  const names = pathNames(path);
  if (names.some((name) => !/^[A-Za-z][A-Za-z0-9_-]*$/.test(name) || isHostile(name)))
    return 'a path parameter has a name that the connector language does not take';
  if (/[{}]/.test(path.replaceAll(/\{[^{}]*\}/g, ''))) return 'it has a brace that is not part of a {name}';
  if (new Set(names).size < names.length) return 'it has two parameters of one name';
  return item ? undefined : 'its description leads nowhere';
}

/** Names of the parameters in a path, in its order. */
export function pathNames(path: string): string[] {
  return [...path.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '');
}

function readOperation(
  document: OpenApiDocument,
  method: Method,
  path: string,
  item: Node,
  node: Node,
  skipped: Skipped[],
): ApiOperation {
  const { root } = document;
  const label = `${method} ${path}`;
  const parameters = readParameters(root, [...ownList(item, 'parameters'), ...ownList(node, 'parameters')]);
  for (const { name } of parameters.values()) {
    if (isHostile(name)) skipped.push({ what: `${label}, parameter "${name}"`, why: 'the name is not safe' });
  }
  const inPlace = (place: string) => [...parameters.values()].filter((each) => each.place === place);
  return {
    method,
    path,
    tag: ownList(node, 'tags').find((tag) => typeof tag === 'string'),
    pathParameters: pathNames(path).map((name) => ({
      name,
      type: inPlace('path').find((each) => each.name === name)?.type ?? 'string',
      required: true,
    })),
    queryParameters: inPlace('query')
      .filter(({ name }) => !isHostile(name))
      .map(toParameter),
    body: readBody(document, node, parameters),
    answersList: answerSchemaIsList(document, node),
    expects: readExpects(document, node),
    isDeprecated: own(node, 'deprecated') === true,
  };
}

function toParameter({ name, type, required, values, repeats }: PlacedParameter): ApiParameter {
  return { name, type, required, ...(values && { values }), ...(repeats && { repeats }) };
}

interface PlacedParameter extends ApiParameter {
  readonly place: string;
  readonly node: Node;
}

/** Parameters by place and name: an operation's come after those of its path, and of duplicates the last one counts. */
function readParameters(root: Node, nodes: readonly unknown[]): ReadonlyMap<string, PlacedParameter> {
  const parameters = new Map<string, PlacedParameter>();
  for (const each of nodes) {
    const node = resolve(root, each);
    const [name, place] = [ownText(node, 'name'), ownText(node, 'in')];
    if (!node || name === undefined || name === '' || place === undefined) continue;
    parameters.set(`${place} ${name}`, {
      name,
      place,
      node,
      type: parameterType(root, node),
      required: own(node, 'required') === true,
      ...valuesOf(root, node),
      ...(repeats(root, node) && { repeats: true }),
    });
  }
  return parameters;
}

/** Values of an enumeration of text; others say nothing to a person. */
function valuesOf(root: Node, node: Node): { values?: string[] } {
  const values = ownList(resolve(root, own(node, 'schema')) ?? node, 'enum');
  const isText = values.length > 0 && values.every((value) => typeof value === 'string' && value !== '');
  return isText ? { values: values as string[] } : {};
}

/** OpenAPI 3 repeats the name for each item unless told otherwise, OpenAPI 2 only when told to. */
function repeats(root: Node, node: Node): boolean {
  const schema = own(node, 'schema');
  if (schema === undefined) return own(node, 'type') === 'array' && own(node, 'collectionFormat') === 'multi';
  const isList = own(resolve(root, schema), 'type') === 'array';
  return isList && own(node, 'explode') !== false && ['form', undefined].includes(ownText(node, 'style'));
}

function readBody(
  document: OpenApiDocument,
  node: Node,
  parameters: ReadonlyMap<string, PlacedParameter>,
): ApiBody | undefined {
  const { root } = document;
  if (document.isVersion2) {
    const body = [...parameters.values()].find(({ place }) => place === 'body');
    if (body) return toBody(root, own(body.node, 'schema'));
    const isForm = [...parameters.values()].some(({ place }) => place === 'formData');
    return isForm ? otherBody([...ownList(node, 'consumes'), ...ownList(root, 'consumes')]) : undefined;
  }
  const content = ownNode(resolve(root, own(node, 'requestBody')), 'content');
  if (!content || Object.keys(content).length === 0) return undefined;
  const json = jsonSchema(content);
  return json === undefined ? otherBody(Object.keys(content)) : toBody(root, json.schema);
}

function otherBody(types: readonly unknown[]): ApiBody {
  const type = types.find((each) => typeof each === 'string') ?? '';
  const encoding = type.startsWith('text/') ? 'text' : type.includes('urlencoded') ? 'form' : 'multipart';
  return { shape: 'other', encoding, record: undefined };
}

/** Schema under the first JSON media type: application/json, text/json, application/problem+json … */
function jsonSchema(content: Node): { schema: unknown } | undefined {
  const types = Object.keys(content).filter((type) => /^[a-z]+\/(?:[\w.-]+\+)?json\b|^\*\/\*/i.test(type));
  const type = types.find((each) => each === 'application/json') ?? types[0];
  return type === undefined ? undefined : { schema: own(content[type], 'schema') };
}

function toBody(root: Node, schema: unknown): ApiBody {
  const resolved = resolve(root, schema);
  const items = own(resolved, 'items');
  const isArray = own(resolved, 'type') === 'array' || items !== undefined;
  const record = isArray ? items : schema;
  return { shape: isArray ? 'array' : 'object', record, schema: referenceName(record) };
}

function goodResponse(root: Node, node: Node): Node | undefined {
  const responses = ownNode(node, 'responses') ?? {};
  const code = Object.keys(responses).find((each) => /^2/.test(each));
  return code === undefined ? undefined : resolve(root, responses[code]);
}

/** Only a document that names types and no JSON among them says that the answer is none. */
function readExpects({ root, isVersion2 }: OpenApiDocument, node: Node): ApiOperation['expects'] {
  const produces = [...ownList(node, 'produces'), ...ownList(root, 'produces')].map(String);
  const types = isVersion2 ? produces : Object.keys(ownNode(goodResponse(root, node), 'content') ?? {});
  if (types.length === 0 || types.some((type) => /json|\*\/\*/i.test(type))) return undefined;
  return types.every((type) => type.startsWith('text/')) ? 'text' : 'bytes';
}

function answerSchemaIsList({ root, isVersion2 }: OpenApiDocument, node: Node): boolean {
  const response = goodResponse(root, node);
  const schema = isVersion2 ? own(response, 'schema') : jsonSchema(ownNode(response, 'content') ?? {})?.schema;
  return own(resolve(root, schema), 'type') === 'array';
}
