import type { Json } from '../core/record.ts';

type InstantFormat = 'iso' | 'iso-no-zone' | 'epoch-seconds' | 'epoch-milliseconds';

/** An instant (epoch milliseconds) as a parameter takes it, in UTC. */
export function formatInstant(instant: number, format: InstantFormat): Json {
  switch (format) {
    case 'iso':
      return new Date(instant).toISOString();
    case 'iso-no-zone':
      // Whole seconds, rounded down: a window may begin a little early, never late.
      return new Date(instant).toISOString().slice(0, 19);
    case 'epoch-seconds':
      return Math.floor(instant / 1000);
    case 'epoch-milliseconds':
      return instant;
  }
}
