import type { Problem } from '../../core/validation.ts';
import type { EntityManifest } from '../manifest-schema.ts';
import { connectorProblems } from './connector-problems.ts';
import { entityProblems } from './entity-problems.ts';
import type { Manifests } from './manifests.ts';

/** Problems of one part of a connector: of an entity, or of connector.json where none is named. */
export interface PartProblems {
  readonly entity?: string;
  readonly file: string;
  readonly problems: readonly Problem[];
}

/**
 * What a JSON Schema cannot see: references between parts of a connector.
 *
 * @param connector.checked Entities to look at; all of them unless given.
 */
export function linkProblems(
  connector: Manifests & { readonly checked?: ReadonlyMap<string, EntityManifest> },
): PartProblems[] {
  const { checked = connector.entities } = connector;
  return [
    { file: 'connector.json', problems: connectorProblems(connector) },
    ...[...checked.values()].map((entity) => ({
      entity: entity.name,
      file: `entities/${entity.name}.json`,
      problems: entityProblems(entity, connector),
    })),
  ];
}
