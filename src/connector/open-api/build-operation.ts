import { isObject } from '../../core/record.ts';
import { ACTIONS, OPERATION } from '../manifest/operation.ts';
import type { NamedOperation } from './collect.ts';
import type { EntityWords } from './entity-words.ts';
import { compareText, inOrder, merge } from './merge.ts';
import type { ApiOperation, ApiParameter } from './operations.ts';
import type { Condition, OperationFacts, Overlay } from './overlay.ts';
import type { Node } from './references.ts';
import { matchRest, operationTitle } from './titles.ts';

/** The order in which the language describes an operation. */
const KEY_ORDER = Object.keys(OPERATION.properties);

/** A finished operation of an entity. */
export interface BuiltOperation {
  readonly manifest: Node;
  /** Whether it is a list of which nothing says how it is paged. */
  readonly isOnePageOnly: boolean;
}

/**
 * Makes an operation: what the document says, then the overlay's rules, then the overlay's facts about it.
 *
 * A list whose pages nobody states reads one page, and is marked as inferred.
 */
export function buildOperation(
  named: NamedOperation,
  facts: OperationFacts,
  words: EntityWords,
  overlay: Overlay,
): BuiltOperation {
  const { name, operation, parts } = named;
  const base = documentFacts(named, operationTitle(name, operation, parts.tail, words, overlay));
  const patches = [
    commonParameters(operation, overlay.parameters),
    ...(base['records'] === undefined ? [] : [commonParameters(operation, overlay.listParameters)]),
    ...(overlay.extraOperations ?? [])
      .filter((group) => group.operations.includes(`${operation.method} ${operation.path}`) && operation.isExtra)
      .map(({ set }) => set ?? {}),
    ...(overlay.rules ?? []).filter(({ when }) => holds(when, named, base)).map(({ set }) => set),
    facts,
  ];
  const merged = patches.reduce<Node>((sofar, patch) => merge(sofar, expandParameters(patch)), base);
  const isOnePageOnly = (merged['action'] ?? name) === 'list' && merged['paginator'] === undefined;
  const onePage = isOnePageOnly ? { paginator: 'single', status: merged['status'] ?? 'inferred' } : {};
  return { manifest: finish({ ...merged, ...onePage }, overlay, words), isOnePageOnly };
}

function documentFacts({ name, operation }: NamedOperation, title: string): Node {
  const action = actionOf(name, operation);
  const { method, path, body, pathParameters, queryParameters, expects } = operation;
  return {
    title,
    ...(action !== name && { action }),
    method,
    path,
    ...(pathParameters.length > 0 && { pathParameters: parameterMap(pathParameters) }),
    ...(queryParameters.length > 0 && { queryParameters: parameterMap(byName(queryParameters)) }),
    ...(action === 'list' && { records: '' }),
    ...(body?.shape === 'array' && { body: { wrap: 'array' } }),
    ...(body?.encoding && { body: { encoding: body.encoding } }),
    ...(expects && { expects }),
    ...(operation.isDeprecated && { status: 'deprecated' }),
  };
}

function actionOf(name: string, { method, answersList, path }: ApiOperation): string {
  if (ACTIONS.some((action) => action === name) && !(name === 'get' && !path.includes('{'))) return name;
  if (method === 'DELETE') return 'delete';
  if (method === 'PUT' || method === 'PATCH') return path.endsWith('}') ? 'update' : 'call';
  if (method === 'POST') return 'call';
  if (answersList) return 'list';
  return path.endsWith('}') ? 'get' : 'call';
}

/** Facts about query parameters that hold wherever one of that name is declared. */
function commonParameters({ queryParameters }: ApiOperation, parameters: Overlay['parameters'] = {}): Node {
  const known = queryParameters.filter(({ name }) => Object.hasOwn(parameters, name));
  return known.length === 0
    ? {}
    : { queryParameters: Object.fromEntries(known.map(({ name }) => [name, parameters[name]])) };
}

/** An order that does not depend on the document's. */
function byName(parameters: readonly ApiParameter[]): ApiParameter[] {
  return [...parameters].sort((a, b) => compareText(a.name, b.name));
}

function parameterMap(parameters: readonly ApiParameter[]): Node {
  return Object.fromEntries(
    parameters.map(({ name, type, required, values, repeats }) => [
      name,
      {
        type,
        ...(values && { enum: values }),
        ...(repeats && { style: 'repeat' }),
        ...(required && { required }),
      },
    ]),
  );
}

function holds(when: Condition, { name, operation }: NamedOperation, base: Node): boolean {
  const declared = operation.queryParameters.map((parameter) => parameter.name);
  return (
    (when.operation === undefined || when.operation === name) &&
    (when.method === undefined || when.method === operation.method) &&
    (when.action === undefined || when.action === (base['action'] ?? name)) &&
    (when.parameters ?? []).every((parameter) => declared.includes(parameter)) &&
    !(when.lacks ?? []).some((parameter) => declared.includes(parameter)) &&
    (when.body === undefined || when.body === (operation.body?.shape ?? 'none')) &&
    (when.path === undefined || matchRest(when.path, operation.path) !== undefined) &&
    (when.isExtra === undefined || when.isExtra === (operation.isExtra ?? false))
  );
}

/** Short parameters ("integer") as objects, so that facts can be added to them. */
function expandParameters(patch: Node): Node {
  const entries = Object.entries(patch).map(([key, value]) =>
    (key === 'queryParameters' || key === 'pathParameters') && isObject(value)
      ? [key, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, expand(each)]))]
      : [key, value],
  );
  return Object.fromEntries(entries) as Node;
}

function expand(parameter: unknown): unknown {
  return typeof parameter === 'string' ? { type: parameter } : parameter;
}

function finish(operation: Node, overlay: Overlay, words: EntityWords): Node {
  const { pathParameters, queryParameters, status, ...rest } = operation;
  const query = isObject(queryParameters) ? queryMap(queryParameters, rest, overlay) : {};
  const finished = {
    ...rest,
    ...(rest['records'] !== undefined && { records: fillRecords(rest['records'], words) }),
    // A path parameter is always required; the language takes that for granted.
    ...(isObject(pathParameters) && { pathParameters: mapValues(pathParameters, (each) => shorten(each, true)) }),
    ...(Object.keys(query).length > 0 && { queryParameters: query }),
    ...(status !== 'stable' && { status }),
  };
  return inOrder(finished, KEY_ORDER);
}

function queryMap(parameters: Node, operation: Node, overlay: Overlay): Node {
  const hidden = operation['paginator'] === undefined ? [] : (overlay.hideParameters ?? []);
  const entries = Object.entries(parameters)
    .filter(([name]) => !hidden.includes(name))
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, each]) => [name, shorten(each, false)]);
  return Object.fromEntries(entries) as Node;
}

/** The short form where there is nothing but a type. */
function shorten(parameter: unknown, isPath: boolean): unknown {
  if (!isObject(parameter)) return parameter;
  const { type = 'string', required, ...rest } = parameter;
  const isRequired = required === true && !isPath;
  if (Object.keys(rest).length === 0 && !isRequired) return type;
  return {
    type,
    ...inOrder(rest, ['description', 'enum', 'style', 'options', 'example']),
    ...(isRequired && { required }),
  };
}

function mapValues(node: Node, change: (value: unknown) => unknown): Node {
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, change(value)]));
}

/** {rows} in a record path stands for the entity's plural without blanks: "config commits" → "configcommits". */
function fillRecords(records: unknown, { many }: EntityWords): unknown {
  const rows = many.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const fill = (value: unknown) => (typeof value === 'string' ? value.replaceAll('{rows}', rows) : value);
  return Array.isArray(records) ? records.map(fill) : fill(records);
}
