/** An event of a webhook as it is stored. */
export interface NewHookEvent {
  readonly incoming: string;
  readonly key: string;
  /** Record or event as JSON text, and its fingerprint. */
  readonly text: string;
  readonly hash: string;
  readonly stage: 'event' | 'source';
  /** What it is known by when it comes again, and for how long. */
  readonly mark: string | undefined;
  readonly windowMs: number;
  readonly delivery: string | undefined;
  /** Routes that get a task of it, with what the task is found by. */
  readonly routes: readonly { readonly route: string; readonly search: readonly string[] }[];
}

/** A delivery as it is shown to people. */
export interface ShownDelivery {
  readonly incoming: string;
  readonly at: number;
  readonly status: number;
  /** JSON text. */
  readonly body: string;
}
