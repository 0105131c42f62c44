import type { ShownDelivery } from '../core/hook.ts';
import { createSecrets } from '../http/redaction.ts';

/** A delivery as it was answered. */
export interface Delivered {
  readonly incoming: string;
  readonly at: number;
  readonly status: number;
  readonly durationMs: number;
  readonly address: string;
  readonly contentType: string | null;
  readonly bytes: number;
  readonly events: number;
  readonly fresh: number;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Only of deliveries that proved where they come from. */
  readonly body: Buffer | undefined;
  readonly secrets: readonly string[];
}

/** Keeps the last deliveries for people to look at. */
export interface DeliveryLog {
  add(delivery: Delivered): void;
  /** Writes what was added since the last time. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Deliveries between two writings that are kept; in a burst the last ones tell enough. */
const KEPT = 50;
const FLUSH_MS = 1000;
const MAX_BODY_CHARACTERS = 4000;

/**
 * Deliveries are noted in memory, redacted and written once a second: looking at them must not cost those who send.
 *
 * @param keep Writes deliveries; what it cannot write is dropped.
 */
export function createDeliveryLog(keep: (deliveries: readonly ShownDelivery[]) => Promise<void>): DeliveryLog {
  let noted: Delivered[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const shown = noted.map(show);
    noted = [];
    if (shown.length > 0) writing = writing.then(() => keep(shown)).catch(() => undefined);
    return writing;
  };
  return {
    add(delivery) {
      noted.push(delivery);
      if (noted.length > KEPT) noted.shift();
      timer ??= setTimeout(() => void flush(), FLUSH_MS);
    },
    flush,
    close: flush,
  };
}

function show(delivery: Delivered): ShownDelivery {
  const { incoming, at, status, durationMs, address, contentType, bytes, events, fresh, error, body } = delivery;
  const secrets = createSecrets(delivery.secrets);
  const text = body === undefined ? null : secrets.redactAndCut(body.toString('utf8'), MAX_BODY_CHARACTERS);
  const facts = { durationMs, address, contentType, bytes, events, new: fresh, error, body: text };
  // Error texts repeat what was sent.
  return { incoming, at, status, body: JSON.stringify(secrets.redactValue(facts)) };
}
