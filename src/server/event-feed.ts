import { randomBytes } from 'node:crypto';

/** Something that changed. */
export interface FeedEvent {
  /** Tells where to go on after a broken connection. */
  readonly id: string;
  readonly type: string;
  /** JSON. */
  readonly data: string;
}

/** Reads how one thing stands now; asked again and again while somebody listens. */
export type FeedSource = () => Promise<unknown>;

export interface EventFeedDeps {
  /** By the type of their events. */
  readonly sources: Readonly<Record<string, FeedSource>>;
  readonly everyMs: number;
  readonly onError: (error: unknown) => void;
}

/** Events that are kept for those who come back. */
const KEPT = 200;

/**
 * Looks at the database in one place for all who listen, and tells them what changed. That works with any number of
 * processes, and costs nothing while nobody listens.
 */
export function createEventFeed({ sources, everyMs, onError }: EventFeedDeps) {
  // Ids of another process, or of this one before its last start, are those of another feed.
  const feed = randomBytes(6).toString('base64url');
  const listeners = new Set<(event: FeedEvent) => void>();
  const current = new Map<string, FeedEvent>();
  const kept: FeedEvent[] = [];
  let number = 0;
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;

  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      for (const [type, read] of Object.entries(sources)) tell(type, JSON.stringify(await read()));
    } catch (error) {
      onError(error);
    } finally {
      isLooking = false;
    }
  };

  const tell = (type: string, data: string): void => {
    if (current.get(type)?.data === data) return;
    number += 1;
    const event = { id: `${feed}-${number}`, type, data };
    current.set(type, event);
    kept.push(event);
    if (kept.length > KEPT) kept.shift();
    for (const listener of listeners) listener(event);
  };

  /** What somebody missed; how everything stands for those who are new, or were away for too long. */
  const missed = (lastId: string | undefined): readonly FeedEvent[] => {
    const at = kept.findIndex(({ id }) => id === lastId);
    return at >= 0 ? kept.slice(at + 1) : [...current.values()];
  };

  return {
    /** Tells what was missed and from then on what changes; answers a way to stop. */
    subscribe(listener: (event: FeedEvent) => void, lastId?: string): () => void {
      for (const event of missed(lastId)) listener(event);
      listeners.add(listener);
      timer ??= setInterval(() => void look(), everyMs).unref();
      void look();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },

    get listeners(): number {
      return listeners.size;
    },
  };
}
