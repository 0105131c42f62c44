import type { MatchRule } from './match-rule.ts';
import type { Item, Sending } from './item.ts';
import type { Note } from './types.ts';

/** Which records of the target belong to which records of the source already, where each has one of its own. */
export interface Taken {
  /** Asks whom these belong to. */
  look(ids: readonly string[]): Promise<void>;
  /** What is left for a record of what a rule found. */
  free(item: Item, rule: MatchRule, ids: readonly string[]): readonly string[];
  /** From now on it belongs to this one. */
  take(item: Item, id: string | undefined): void;
  /** What is to be told of a record: what was passed over. */
  note(item: Item): Note | undefined;
}

/** Remembers what belongs to whom, for one batch; a plan remembers it for those that follow. */
export function createTaken({ target, context, planned }: Sending, items: readonly Item[]): Taken {
  const owners = new Map<string, string>();
  const asked = new Set<string>();
  const notes = new Map<number, Note>();
  for (const { targetId, source } of items) if (targetId !== undefined) owners.set(targetId, source.key);
  const isOther = (id: string, key: string): boolean => {
    const owner = owners.get(id);
    return owner === undefined ? planned?.has(mark(id)) === true : owner !== key;
  };
  return {
    async look(ids) {
      const fresh = target.isOneToOne ? [...new Set(ids)].filter((id) => !asked.has(id)) : [];
      if (fresh.length === 0) return;
      for (const id of fresh) asked.add(id);
      for (const [id, key] of await context.owners(fresh)) if (!owners.has(id)) owners.set(id, key);
    },
    free(item, rule, ids) {
      if (!target.isOneToOne) return ids;
      const left = ids.filter((id) => !isOther(id, item.source.key));
      const gone = ids.filter((id) => !left.includes(id));
      if (gone.length > 0) notes.set(item.index, noteOf(rule, gone, owners));
      return left;
    },
    take(item, id) {
      if (id === undefined) return;
      owners.set(id, item.source.key);
      planned?.add(mark(id));
    },
    note: (item) => notes.get(item.index) ?? item.note,
  };
}

function mark(id: string): string {
  return `target=${id}`;
}

function noteOf({ label }: MatchRule, ids: readonly string[], owners: ReadonlyMap<string, string>): Note {
  const shown = ids.slice(0, 5).map((id) => `${id} (of ${owners.get(id) ?? 'an earlier record'})`);
  return {
    code: 'MATCH_TAKEN',
    message: `Equal by ${label}, but belongs to another record of the source: ${shown.join(', ')}; it was passed over`,
  };
}
