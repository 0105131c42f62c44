/** Reads JSON that we wrote ourselves, into what the caller knows it to be. */
export function readStored(text: string): unknown {
  return JSON.parse(text);
}

/** An instant as JSON carries it; null where there is none (0 in the database). */
export function isoOrNull(epochMs: number | null): string | null {
  return epochMs === null || epochMs === 0 ? null : new Date(epochMs).toISOString();
}
