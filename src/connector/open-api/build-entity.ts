import { ENTITY_SCHEMA, type EntityManifest } from '../manifest-schema.ts';
import { buildOperation } from './build-operation.ts';
import type { Collected, NamedOperation } from './collect.ts';
import type { OpenApiDocument } from './document.ts';
import { entityWords } from './entity-words.ts';
import { inOrder, merge } from './merge.ts';
import { pathNames } from './operations.ts';
import type { EntityRule, Overlay } from './overlay.ts';
import type { Node } from './references.ts';
import { type Field, schemaFields } from './schemas.ts';
import { matchRest } from './titles.ts';

/** As the language describes an entity; the long list of fields comes last. */
const KEY_ORDER = [...Object.keys(ENTITY_SCHEMA.properties).filter((key) => key !== 'fields'), 'fields'];

/** A finished entity, and the lists in it of which one page is read. */
export interface BuiltEntity {
  readonly manifest: EntityManifest;
  readonly onePageOnly: readonly string[];
}

/** Makes an entity of its operations: facts of rules, then the overlay's about it; the form of its payload. */
export function buildEntity(
  name: string,
  { resource, operations }: Collected,
  document: OpenApiDocument,
  overlay: Overlay,
): BuiltEntity {
  const facts = overlay.entities?.[name] ?? {};
  const words = entityWords(resource, facts, overlay);
  const built = operations.map((each) => ({
    name: each.name,
    ...buildOperation(each, facts.operations?.[each.name] ?? {}, words, overlay),
  }));
  const fields = payloadFields(operations, document);
  // What only the titles and the operations needed is no part of the entity.
  const own = merge(facts, { operations: null, one: null, many: null });
  const rules = (overlay.entityRules ?? []).filter(({ when }) => holds(when, operations, fields)).map(({ set }) => set);
  const base: Node = {
    $schema: '../../../schemas/entity.json',
    name,
    title: words.title,
    key: [],
    operations: withUniqueTitles(built),
    ...(fields.size > 0 && { fields: shortFields(fields) }),
    source: overlay.source,
  };
  const merged = [...rules, own].reduce<Node>((sofar, patch) => merge(sofar, patch), base);
  const manifest = inOrder(withIntegerFields(merged, fields), KEY_ORDER) as unknown as EntityManifest;
  return { manifest, onePageOnly: built.filter((each) => each.isOnePageOnly).map((each) => `${name}.${each.name}`) };
}

function holds(
  when: EntityRule['when'],
  operations: readonly NamedOperation[],
  fields: ReadonlyMap<string, Field>,
): boolean {
  const find = (name: string) => operations.find((each) => each.name === name)?.operation;
  const get = find('get');
  return (
    (when.operations ?? []).every((name) => find(name) !== undefined) &&
    (when.pathParameters === undefined ||
      (get !== undefined && when.pathParameters.join() === pathNames(get.path).join())) &&
    (when.body === undefined || find('post')?.body?.shape === when.body) &&
    (fields.size === 0 || (when.fields ?? []).every((name) => fields.has(name)))
  );
}

/** Two operations with one title could not be told apart in a list: the later one gets its name behind it. */
function withUniqueTitles(built: readonly { name: string; manifest: Node }[]): Node {
  const titles = new Set<unknown>();
  const entries = built.map(({ name, manifest }) => {
    const { title } = manifest;
    const unique = titles.has(title) ? `${String(title)} (${name.replaceAll('-', ' ')})` : title;
    titles.add(unique);
    return [name, { ...manifest, title: unique }];
  });
  return Object.fromEntries(entries) as Node;
}

/** Fields of what the entity's post takes. */
function payloadFields(operations: readonly NamedOperation[], { root }: OpenApiDocument): ReadonlyMap<string, Field> {
  const writes = ['post', 'create', 'update', 'replace'].map((name) => operations.find((each) => each.name === name));
  const record = writes.find((each) => each?.operation.body?.record !== undefined)?.operation.body?.record;
  return record === undefined ? new Map() : schemaFields(root, record);
}

function shortFields(fields: ReadonlyMap<string, Field>): Node {
  const entries = [...fields].map(([name, { type, readOnly }]) => [name, readOnly ? { type, readOnly } : type]);
  return Object.fromEntries(entries) as Node;
}

/** A list with "*" in it holds patterns of whole-number fields of the payload: ["id", "*_id"]. */
function withIntegerFields(entity: Node, fields: ReadonlyMap<string, Field>): Node {
  const { integerFields, ...rest } = entity;
  const patterns = Array.isArray(integerFields) ? integerFields.map(String) : [];
  if (!patterns.some((pattern) => pattern.includes('*'))) return entity;
  const whole = [...fields].filter(([, { type }]) => type === 'integer').map(([name]) => name);
  const named = patterns.flatMap((pattern) => whole.filter((name) => matchRest(pattern, name) !== undefined));
  return named.length === 0 ? rest : { ...rest, integerFields: [...new Set(named)] };
}
