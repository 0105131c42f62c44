import { didYouMean } from '../../core/nearest.ts';
import { IntegrationError } from '../../core/errors.ts';
import type { Problem } from '../../core/validation.ts';
import type { ConnectorManifest, EntityManifest, OperationManifest } from '../manifest-schema.ts';

/** A connector whose files have the right form each, before their references are checked. */
export interface Manifests {
  readonly manifest: ConnectorManifest;
  readonly entities: ReadonlyMap<string, EntityManifest>;
}

/** What a part of the manifest says when it is compiled. */
export function thrownProblems(path: string, compile: () => unknown): Problem[] {
  try {
    compile();
    return [];
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    const listed = error.details['problems'] as readonly Problem[] | undefined;
    if (!listed) return [{ path, message: error.message }];
    return listed.map(({ path: found, message }) => ({
      path: found === '' || found.startsWith('[') ? path + found : found,
      message,
    }));
  }
}

/** A name that has to be one of those that are there. */
export function nameProblems(what: string, name: string, known: readonly string[], at: string): Problem[] {
  return known.includes(name) ? [] : [{ path: at, message: `unknown ${what} "${name}"${didYouMean(name, known)}` }];
}

/** An operation named as entity.operation, or the problem with the name. */
export function findReferred(
  { entities }: Manifests,
  name: string,
  at: string,
): { operation: OperationManifest; entity: EntityManifest; problems: [] } | { problems: Problem[] } {
  const [entityName = '', operationName = ''] = name.split('.');
  const entity = entities.get(entityName);
  if (!entity) return { problems: nameProblems('entity', entityName, [...entities.keys()], at) };
  const operation = Object.hasOwn(entity.operations, operationName) ? entity.operations[operationName] : undefined;
  if (operation) return { operation, entity, problems: [] };
  return { problems: nameProblems('operation', operationName, Object.keys(entity.operations), at) };
}

/** Names of the parameters in a path. */
export function placeholders(path: string): string[] {
  return [...path.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '');
}
