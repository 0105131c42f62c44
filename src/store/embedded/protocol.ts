/** What the embedded database's thread is asked. Every question has an answer of the same id. */
export type Question =
  | { readonly id: number; readonly ask: 'query'; readonly text: string; readonly parameters: readonly unknown[] }
  | { readonly id: number; readonly ask: 'listen' | 'unlisten'; readonly channel: string }
  | { readonly id: number; readonly ask: 'close' };

/** How a thread is started. */
export interface Start {
  /** Data folder; undefined keeps everything in memory. */
  readonly folder: string | undefined;
}

/** An error of the database, as far as it may leave its thread: without the parameters of the statement. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly detail?: string;
  readonly constraint?: string;
  readonly severity?: string;
}

export type Answer =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly rowCount: number }
  | { readonly id: number; readonly failure: Failure }
  | { readonly channel: string; readonly payload: string };

/** Id of the answer that tells that the database is open. */
export const OPENED = 0;
