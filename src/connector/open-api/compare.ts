import type { EntityManifest } from '../manifest-schema.ts';

/** What an import changes, as "entity.operation" each. */
export interface Comparison {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  /** Operations that the new description does not have. */
  readonly gone: readonly string[];
  /** Entities that the new description does not have; their files stay. */
  readonly goneEntities: readonly string[];
}

type Entities = ReadonlyMap<string, EntityManifest>;

/** Compares the entities of a connector with what an import makes of it. An entity's own facts count as its name. */
export function compareEntities(before: Entities, after: Entities): Comparison {
  const [old, now] = [partsOf(before), partsOf(after)];
  const stillThere = (label: string) => after.has(label.split('.')[0] ?? '');
  return {
    added: [...now.keys()].filter((label) => label.includes('.') && !old.has(label)),
    changed: [...now].filter(([label, text]) => old.has(label) && old.get(label) !== text).map(([label]) => label),
    gone: [...old.keys()].filter((label) => label.includes('.') && !now.has(label) && stillThere(label)),
    goneEntities: [...before.keys()].filter((name) => !after.has(name)),
  };
}

/** Text of each operation, and of what an entity says besides them. */
function partsOf(entities: Entities): Map<string, string> {
  const parts = new Map<string, string>();
  for (const [name, { operations, ...rest }] of entities) {
    parts.set(name, JSON.stringify({ ...rest, $schema: undefined }));
    for (const [operation, manifest] of Object.entries(operations)) {
      parts.set(`${name}.${operation}`, JSON.stringify(manifest));
    }
  }
  return parts;
}
