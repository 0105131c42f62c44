/** How a notification stands. All instants are epoch milliseconds. */
export interface NotificationState {
  /** When it became known, or was switched on again. */
  readonly firstAt: number;
  /** Events from here on are looked for. */
  readonly sinceAt: number;
  /** Last message that arrived; 0: none did. */
  readonly sentAt: number;
  /** Not tried before. */
  readonly nextAt: number;
  /** Tries of the next message that failed. */
  readonly tries: number;
}

/** Something that happened, and under which key it counts as told. */
export interface Notice {
  readonly key: string;
  readonly at: number;
  /** A `NoticeEvent` as JSON. */
  readonly body: string;
}

/** One call that told something, or tried to. */
export interface SentMessage {
  readonly id: number;
  readonly at: number;
  readonly status: 'sent' | 'failed' | 'test' | 'test-failed';
  /** Events that it stood for. */
  readonly count: number;
  readonly httpStatus: number | null;
  readonly durationMs: number;
  readonly title: string;
  readonly error: string | null;
}

export interface FailedRun {
  readonly id: number;
  readonly incoming: string;
  readonly error: string | null;
  readonly finishedAt: number;
}

export interface KnownIncident {
  readonly id: number;
  readonly subject: string;
  readonly state: string;
  readonly message: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly note: string | null;
}

export interface NewCause {
  readonly id: string;
  readonly message: string;
  readonly route: string | null;
  readonly target: string | null;
  readonly firstAt: number;
  /** When a person said that it is mended, and it came back; 0 where it is new. */
  readonly resolvedAt: number;
}

/** What notifications read and keep; the store implements it. */
export interface NotificationStore {
  /**
   * Takes a notification for so long, and makes it known where it is new: what happened before is not told.
   *
   * @returns undefined while another process has it.
   */
  hold(notification: string, forMs: number): Promise<NotificationState | undefined>;
  release(notification: string, sinceAt: number): Promise<void>;
  /** Forgets the state of all others, and what waits for them: they are switched off or gone. */
  keepOnly(notifications: readonly string[]): Promise<void>;
  /** Keeps what has not been told under its key. */
  add(notification: string, notices: readonly Notice[]): Promise<void>;
  /** When something was last noticed under keys that begin so. */
  lastNoticed(notification: string, keyPrefix: string): Promise<number | undefined>;
  /** What waits to be told, the earliest first. */
  waiting(
    notification: string,
    limit: number,
  ): Promise<{ readonly bodies: readonly string[]; readonly upTo: number; readonly count: number }>;
  /** Notes a message; one that arrived takes what waits up to an id with it. */
  note(
    notification: string,
    message: Omit<SentMessage, 'id'>,
    told: { readonly upTo: number; readonly nextAt: number },
  ): Promise<void>;
  failedRuns(since: number): Promise<FailedRun[]>;
  /** Incidents that are open, and those that ended since. */
  incidents(since: number): Promise<KnownIncident[]>;
  newCauses(since: number): Promise<NewCause[]>;
  /** Records that failed since, by route. */
  failures(since: number): Promise<{ readonly route: string; readonly count: number }[]>;
  /** When something was last read by an incoming, by a run that succeeded or a delivery. */
  lastReading(incoming: string): Promise<number | undefined>;
}
