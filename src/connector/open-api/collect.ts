import type { OpenApiDocument } from './document.ts';
import { type KnownNames, namesOf } from './known-names.ts';
import { compareText } from './merge.ts';
import { entityName, operationName, type PathParts, splitPath, uniqueName } from './names.ts';
import { type ApiOperation, METHODS, type Method, pathNames, readOperations, type Skipped } from './operations.ts';
import { type Overlay, overlayError } from './overlay.ts';

/** An operation with its place in the connector. */
export interface NamedOperation {
  readonly name: string;
  readonly operation: ApiOperation;
  readonly parts: PathParts;
}

/** Operations of one entity, before facts are added. */
export interface Collected {
  readonly resource: string;
  readonly operations: readonly NamedOperation[];
}

/**
 * Puts every operation of document and overlay under its entity, and names it.
 *
 * A name is the overlay's where it gives method and path, else the one it has already, else one by pattern.
 */
export function collectEntities(
  document: OpenApiDocument,
  overlay: Overlay,
  known: KnownNames,
): { entities: ReadonlyMap<string, Collected>; skipped: Skipped[] } {
  const { operations, skipped } = readOperations(document);
  const leftOut = new Set(overlay.leaveOut);
  const groups = new Map<string, { resource: string; found: Omit<NamedOperation, 'name'>[] }>();
  for (const operation of [...operations, ...extraOperations(operations, overlay)]) {
    const label = labelOf(operation);
    const parts = splitPath(operation.path, overlay.stripPath);
    const resource = overlay.entityFrom === 'tag' ? (operation.tag ?? parts.resource) : parts.resource;
    const entity = entityName(resource);
    if (leftOut.has(label)) skipped.push({ what: label, why: 'the overlay leaves it out' });
    else if (entity === undefined) skipped.push({ what: label, why: 'nothing in it names an entity' });
    else {
      const group = groups.get(entity) ?? { resource, found: [] };
      group.found.push({ operation, parts });
      groups.set(entity, group);
    }
  }
  const entities = [...groups]
    .sort(([a], [b]) => compareText(a, b))
    .map(([entity, { resource, found }]): [string, Collected] => [
      entity,
      { resource, operations: nameAll(entity, found, overlay, known) },
    ]);
  return { entities: new Map(entities), skipped };
}

/** Operations of the overlay that the document does not have: lists of them, and those that give method and path. */
function extraOperations(operations: readonly ApiOperation[], overlay: Overlay): ApiOperation[] {
  const there = new Set(operations.map(labelOf));
  const single = Object.values(overlay.entities ?? {}).flatMap((facts) =>
    Object.values(facts.operations ?? {}).flatMap(({ method, path }) =>
      method !== undefined && path !== undefined ? [`${method} ${path}`] : [],
    ),
  );
  const labels = [...(overlay.extraOperations ?? []).flatMap((each) => each.operations), ...single];
  return [...new Set(labels)].filter((label) => !there.has(label)).map((label) => toExtra(label, overlay));
}

function toExtra(label: string, { pathParameterTypes = {} }: Overlay): ApiOperation {
  const [method = '', path = ''] = label.split(' ');
  const known = METHODS.find((each) => each === method);
  if (!known) throw overlayError([{ path: 'extraOperations', message: `"${label}" has no method that is known` }]);
  return {
    method: known,
    path,
    pathParameters: pathNames(path).map((name) => ({
      name,
      type: (Object.hasOwn(pathParameterTypes, name) ? pathParameterTypes[name] : undefined) ?? 'string',
      required: true,
    })),
    queryParameters: [],
    answersList: false,
    isDeprecated: false,
    isExtra: true,
  };
}

/** "METHOD /path": what tells an operation from all others. */
function labelOf({ method, path }: { readonly method: Method; readonly path: string }): string {
  return `${method} ${path}`;
}

function nameAll(
  entity: string,
  found: readonly Omit<NamedOperation, 'name'>[],
  overlay: Overlay,
  known: KnownNames,
): NamedOperation[] {
  const given = new Map([...namesOf(known, entity), ...overlayNames(entity, overlay)]);
  const taken = new Set<string>();
  const named: NamedOperation[] = [];
  const add = (each: Omit<NamedOperation, 'name'>, name: string) => {
    taken.add(name);
    named.push({ ...each, name });
  };
  const sorted = [...found].sort((a, b) => compareOperations(a.operation, b.operation));
  for (const each of sorted) {
    const name = given.get(labelOf(each.operation));
    if (name !== undefined && !taken.has(name)) add(each, name);
  }
  for (const each of sorted) {
    if (named.some(({ operation }) => operation === each.operation)) continue;
    const { operation, parts } = each;
    const name = operationName(operation, parts.tail, overlay);
    add(
      each,
      uniqueName(name, operation, (candidate) => taken.has(candidate)),
    );
  }
  return named.sort((a, b) => orderOf(a) - orderOf(b) || compareText(a.name, b.name));
}

function overlayNames(entity: string, overlay: Overlay): [string, string][] {
  const operations = Object.entries(overlay.entities?.[entity]?.operations ?? {});
  return operations.flatMap(([name, { method, path }]): [string, string][] =>
    method !== undefined && path !== undefined ? [[labelOf({ method, path }), name]] : [],
  );
}

/** Fewer parameters first: of two with the same name by pattern, the shorter path keeps it. */
function compareOperations(a: ApiOperation, b: ApiOperation): number {
  return (
    pathNames(a.path).length - pathNames(b.path).length ||
    compareText(a.path, b.path) ||
    METHODS.indexOf(a.method) - METHODS.indexOf(b.method)
  );
}

/** The everyday ones first, in the order that people think of them. */
function orderOf({ name }: NamedOperation): number {
  const at = ['list', 'get', 'me', 'post', 'create', 'update', 'replace', 'delete'].indexOf(name);
  return at === -1 ? 99 : at;
}
