import type { Task } from '../types.ts';

const SO_FAR: Readonly<Partial<Record<Task['state'], string>>> = {
  new: 'Waits for its turn',
  processing: 'Is being sent',
  retrying: 'Is tried again by itself',
  skipped: 'Was left out',
};

/** What became of a record so far, in a few words: what went wrong, where it arrived, or what it waits for. */
export function outcomeOf({ error, targetId, state }: Pick<Task, 'error' | 'targetId' | 'state'>): string {
  if (error) return error.message;
  return targetId === null ? (SO_FAR[state] ?? '') : `Target id ${targetId}`;
}
