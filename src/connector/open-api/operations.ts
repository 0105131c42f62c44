import { isObject } from '../../core/record.ts';
import type { OpenApiDocument } from './document.ts';
import { isHostile, type Node, own, ownList, ownNode, ownText, referenceName, resolve } from './references.ts';
import { type ParameterType, parameterType } from './types.ts';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/** A path or query parameter, as far as the document tells. */
export interface ApiParameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly required: boolean;
}

/** What an operation takes: a list of records, one record, or something that is not JSON. */
export interface ApiBody {
  readonly shape: 'array' | 'object' | 'form';
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
  if (/[?#\s]/.test(path)) return 'a path holds no "?", "#" or blanks';
  if (pathNames(path).some((name) => name === '' || isHostile(name))) return 'a path parameter has no usable name';
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
  for (const { name, place } of parameters.values()) {
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
      .map(({ name, type, required }) => ({ name, type, required })),
    body: readBody(document, node, parameters),
    answersList: answersList(document, node),
    isDeprecated: own(node, 'deprecated') === true,
  };
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
    const parameter = { name, place, node, type: parameterType(root, node), required: own(node, 'required') === true };
    parameters.set(`${place} ${name}`, parameter);
  }
  return parameters;
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
    return [...parameters.values()].some(({ place }) => place === 'formData') ? FORM : undefined;
  }
  const content = ownNode(resolve(root, own(node, 'requestBody')), 'content');
  if (!content || Object.keys(content).length === 0) return undefined;
  const json = jsonSchema(content);
  return json === undefined ? FORM : toBody(root, json.schema);
}

const FORM: ApiBody = { shape: 'form', record: undefined };

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

function answersList({ root, isVersion2 }: OpenApiDocument, node: Node): boolean {
  const responses = ownNode(node, 'responses') ?? {};
  const code = Object.keys(responses).find((each) => /^2/.test(each));
  if (code === undefined) return false;
  const response = resolve(root, responses[code]);
  const schema = isVersion2 ? own(response, 'schema') : jsonSchema(ownNode(response, 'content') ?? {})?.schema;
  return own(resolve(root, schema), 'type') === 'array';
}
