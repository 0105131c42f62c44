/** What happened to the records of one entity. */
export interface EntityCounts {
  created: number;
  updated: number;
  deleted: number;
  refused: number;
}

/** What a sandbox has done since its start. */
export interface Counts {
  requests: number;
  tokens: number;
  /** Requests refused with 429 by the rate limit. */
  limited: number;
  /** By entity name; an entity appears with its first write. */
  readonly entities: Record<string, EntityCounts>;
}

export function newCounts(): Counts {
  return { requests: 0, tokens: 0, limited: 0, entities: {} };
}

/** The counters of an entity, made when they are first needed. */
export function countsOf(counts: Counts, entity: string): EntityCounts {
  return (counts.entities[entity] ??= { created: 0, updated: 0, deleted: 0, refused: 0 });
}
