/** Values that are kept for a while; when there are too many, or too much text, the oldest go. */
export interface BoundedCache<Value> {
  get(name: string, now: number): Value | undefined;
  /** @param bytes What the value counts for. */
  set(name: string, value: Value, bytes: number, now: number): void;
}

/** Makes a cache of values that are kept `ttlMs`, at most `most` of them and so many bytes. */
export function boundedCache<Value>(ttlMs: number, most: number, maxBytes: number): BoundedCache<Value> {
  const kept = new Map<string, { readonly value: Value; readonly bytes: number; readonly until: number }>();
  let total = 0;
  const drop = (name: string): void => {
    total -= kept.get(name)?.bytes ?? 0;
    kept.delete(name);
  };
  return {
    get(name, now) {
      const found = kept.get(name);
      if (found && found.until > now) return found.value;
      drop(name);
      return undefined;
    },
    set(name, value, bytes, now) {
      drop(name);
      if (bytes > maxBytes) return;
      kept.set(name, { value, bytes, until: now + ttlMs });
      total += bytes;
      for (const oldest of kept.keys()) {
        if (kept.size <= most && total <= maxBytes) return;
        drop(oldest);
      }
    },
  };
}
