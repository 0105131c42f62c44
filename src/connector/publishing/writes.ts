import { ConfigError } from '../../core/errors.ts';
import type { ConnectedClient } from '../connect.ts';
import type { Operation } from '../request.ts';

/** What a publisher does, as a document says it; "post" is the same as "upsert". */
export type PublisherAction = 'post' | 'create' | 'update' | 'upsert' | 'delete';

/** What a publisher does. */
export type Mode = 'create' | 'update' | 'upsert' | 'delete';

/** The calls that a publisher makes. */
export interface Writes {
  /** What creates a record, or creates and updates it, or deletes it. */
  readonly operation: Operation;
  /** What updates a record, where that is a call of its own. */
  readonly update: Operation | undefined;
  /** What deletes a record that is gone in the source; undefined where nothing does. */
  readonly remove: Operation | undefined;
  /** What reads one record by its id; undefined where nothing does. */
  readonly read: Operation | undefined;
}

interface WritesSpec {
  readonly action: PublisherAction;
  readonly entity: string;
  readonly operation?: string | undefined;
  readonly deleted?: 'skip' | 'delete' | 'update';
}

export function modeOf(action: PublisherAction): Mode {
  return action === 'post' ? 'upsert' : action;
}

/**
 * Finds the calls of an action: one that creates and updates, or one for each of both; a named operation stands for itself.
 *
 * @throws ConfigError ERR_ENTITY_UNKNOWN, ERR_OPERATION_UNKNOWN, ERR_OPERATION_KIND
 */
export function findWrites(client: ConnectedClient, spec: WritesSpec): Writes {
  const { operations } = client.connector.entities.get(spec.entity) ?? { operations: {} };
  const has = (name: string): boolean => Object.hasOwn(operations, name);
  const named = (name: string): Operation => client.operation(spec.entity, name);
  const main = named(spec.operation ?? nameFor(modeOf(spec.action), has));
  checkAction(main, spec.action);
  const isTwoCalls = spec.operation === undefined && main.name === 'create' && has('update');
  return {
    operation: main,
    update: modeOf(spec.action) === 'update' ? main : isTwoCalls ? named('update') : undefined,
    remove: spec.deleted === 'delete' ? named('delete') : undefined,
    read: has('get') ? named('get') : undefined,
  };
}

function nameFor(mode: Mode, has: (name: string) => boolean): string {
  switch (mode) {
    case 'delete':
      return 'delete';
    case 'upsert':
      return !has('post') && has('create') ? 'create' : 'post';
    case 'create':
      return has('create') ? 'create' : 'post';
    case 'update':
      return has('update') ? 'update' : 'post';
  }
}

/** Whether a write of this operation creates only. */
export function isCreateOnly({ manifest, name }: Operation): boolean {
  return (manifest.action ?? name) === 'create';
}

function checkAction(operation: Operation, action: PublisherAction): void {
  const actual = operation.manifest.action ?? operation.name;
  const fits =
    action === 'delete'
      ? operation.manifest.method === 'DELETE'
      : ['POST', 'PUT', 'PATCH'].includes(operation.manifest.method);
  if (fits) return;
  throw new ConfigError(
    'ERR_OPERATION_KIND',
    `"${operation.manifest.title}" (${operation.entity.name}.${operation.name}, ${actual}) cannot be used for the action "${action}"`,
  );
}
