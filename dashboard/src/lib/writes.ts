import type { Entity, Operation } from '../types.ts';

/** What an outgoing can do with records, and how people call it. */
export const WRITES = [
  {
    value: 'post',
    label: 'Post',
    does: 'Creates or updates',
    hint: 'Creates what is not there yet, and updates what is.',
  },
  {
    value: 'create',
    label: 'Create',
    does: 'Creates',
    hint: 'Creates what is not there yet, and leaves what is alone.',
  },
  { value: 'update', label: 'Update', does: 'Updates', hint: 'Updates what is there, and creates nothing.' },
  { value: 'delete', label: 'Delete', does: 'Deletes', hint: 'Deletes what is there.' },
] as const;

/** An action as forms know it: "upsert" is another word for "post". */
export function writeAction(action = 'post'): string {
  return action === 'upsert' ? 'post' : action;
}

/** What an action does, as a verb; undefined where a publisher has no action. */
export function writeVerb(action: string | undefined): string | undefined {
  return action === undefined ? undefined : WRITES.find(({ value }) => value === writeAction(action))?.does;
}

/** Operation of an entity that an action means where none is named: systems that do not post create and update by calls of their own. */
export function usualWrite(entity: Entity | undefined, action: string): string {
  const has = (name: string): boolean => entity?.operations.some((each) => each.name === name) === true;
  if (action === 'post') return !has('post') && has('create') ? 'create' : 'post';
  return action !== 'delete' && !has(action) ? 'post' : action;
}

/** Whether an action can be done by an operation. */
export function canWrite(operation: Operation, entity: Entity, action: string): boolean {
  return operation.action === action || operation.name === usualWrite(entity, action);
}

/** What a write is called: of two calls, one to create and one to update, both. */
export function writeTitle(operation: Operation, entity: Entity, action: string): string | undefined {
  const update = entity.operations.find(({ name }) => name === 'update')?.title;
  const isPair = action === 'post' && operation.name === 'create' && update !== undefined;
  return isPair
    ? `${operation.title ?? 'Creates'}, or ${update.charAt(0).toLowerCase()}${update.slice(1)}`
    : operation.title;
}
