import { isObject } from '../core/record.ts';
import { checkSchema, join, type Problem } from '../core/validation.ts';
import { expandEntity } from './expand.ts';
import { linkProblems } from './link/index.ts';
import type { Connector } from './load.ts';
import { ENTITY_SCHEMA, type EntityManifest } from './manifest-schema.ts';
import { SHARED_PARTS } from './manifest/connector.ts';

/** What a client adds to its connector: how its own system pages, fails and is read. */
export const DEFINITION = {
  type: 'object',
  description:
    'Entities and rules of this system that its connector does not know, in the words of the connector language.',
  properties: {
    ...SHARED_PARTS,
    entities: {
      type: 'object',
      additionalProperties: { type: 'object' },
      description: 'Entities by name, each as in a file entities/<name>.json without its name.',
    },
  },
  additionalProperties: false,
} as const;

/** A definition that has passed its schema. */
export interface Definition {
  readonly entities?: Readonly<Record<string, unknown>>;
}

/** The connector with what a client adds, or what is wrong with the addition. */
export function defineEntities(
  connector: Connector,
  definition: Definition,
  at: string,
): { connector: Connector; problems: [] } | { problems: Problem[] } {
  const { entities: own = {}, ...shared } = definition;
  const problems: Problem[] = [];
  const entities = new Map(connector.entities);
  for (const [name, source] of Object.entries(own)) {
    const place = join(`${at}.entities`, name);
    if (entities.has(name))
      problems.push({ path: place, message: `"${name}" is an entity of ${connector.name} already` });
    const checked = checkSchema(ENTITY_SCHEMA, isObject(source) ? { ...source, name } : source, place);
    problems.push(...checked.problems);
    if (checked.problems.length === 0) entities.set(name, expandEntity(checked.value));
  }
  if (problems.length > 0) return { problems };
  const extended = { ...connector, manifest: laidOver(connector.manifest, shared), entities };
  const found = newProblems(extended, new Set(Object.keys(own)), at);
  return found.length > 0 ? { problems: found } : { connector: extended, problems: [] };
}

/** Names are added to those of the connector, rules and paths are looked at before its own, all else is replaced. */
function laidOver(manifest: Connector['manifest'], shared: object): Connector['manifest'] {
  const below = manifest as unknown as Readonly<Record<string, unknown>>;
  const joined = Object.entries(shared).map(([key, value]: [string, unknown]): [string, unknown] => {
    const known = below[key];
    if (Array.isArray(known) && Array.isArray(value)) return [key, [...(value as unknown[]), ...(known as unknown[])]];
    if (!JOINED.has(key) || !isObject(known) || !isObject(value)) return [key, value];
    return [key, { ...known, ...value }];
  });
  return { ...manifest, ...Object.fromEntries(joined) };
}

const JOINED: ReadonlySet<string> = new Set(['headers', 'query', 'budgets', 'paginators']);

/** Problems of the connector's own files were told when it was loaded; only what is new counts. */
function newProblems(
  connector: { manifest: Connector['manifest']; entities: ReadonlyMap<string, EntityManifest>; name: string },
  own: ReadonlySet<string>,
  at: string,
): Problem[] {
  const added = new Map([...connector.entities].filter(([name]) => own.has(name)));
  return linkProblems({ ...connector, checked: added }).flatMap(({ entity, problems }) =>
    problems.map(({ path, message }) => ({
      path: entity === undefined ? `${at}.${path}` : join(join(`${at}.entities`, entity), path),
      message,
    })),
  );
}
