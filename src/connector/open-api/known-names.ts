import type { EntityManifest } from '../manifest-schema.ts';

/** Names that operations have already, by "entity METHOD /path". */
export type KnownNames = ReadonlyMap<string, string>;

/** Key of a known name: names count only inside their entity. */
function keyOf(entity: string, method: string, path: string): string {
  return `${entity} ${method} ${path}`;
}

/** Names that the operations of a connector have, so that an import keeps them. */
export function knownNames(entities: Iterable<EntityManifest>): KnownNames {
  const names = new Map<string, string>();
  for (const entity of entities) {
    for (const [name, { method, path }] of Object.entries(entity.operations)) {
      names.set(keyOf(entity.name, method, path), name);
    }
  }
  return names;
}

/** The known names of one entity, by "METHOD /path". */
export function namesOf(known: KnownNames, entity: string): [string, string][] {
  const prefix = `${entity} `;
  return [...known]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, name]): [string, string] => [key.slice(prefix.length), name]);
}
