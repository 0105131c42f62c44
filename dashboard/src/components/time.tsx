import { useEffect, useState } from 'react';
import { absoluteTime, relativeTime } from '../lib/time.ts';

let now = Date.now();
const listeners = new Set<(now: number) => void>();
setInterval(() => {
  now = Date.now();
  for (const listener of listeners) listener(now);
}, 10_000);

/** The time, every ten seconds: one clock for all that is on the screen. */
export function useNow(): number {
  const [time, setTime] = useState(now);
  useEffect(() => {
    listeners.add(setTime);
    return () => {
      listeners.delete(setTime);
    };
  }, []);
  return Math.max(time, now);
}

/** How long ago, with date, time and zone on hover. */
export function Time({ at }: { readonly at: string | null | undefined }) {
  const time = useNow();
  if (at === null || at === undefined) return <span className="muted">–</span>;
  return (
    <time dateTime={at} title={absoluteTime(at)}>
      {relativeTime(at, Math.max(time, Date.now()))}
    </time>
  );
}
