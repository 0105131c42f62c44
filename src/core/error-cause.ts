import { createHash } from 'node:crypto';
import type { ErrorReport } from './errors.ts';

/** What kind of trouble it is, in words of the person who has to do something about it. */
export const CAUSE_CLASSES = [
  'connection',
  'intermittent',
  'rate-limit',
  'missing',
  'value',
  'parse',
  'duplicate',
  'too-large',
  'sign-in',
  'configuration',
  'uncertain',
  'worker-died',
  'internal',
] as const;

export type CauseClass = (typeof CAUSE_CLASSES)[number];

/** Where a task failed. */
export interface FailurePlace {
  readonly route: string;
  /** Client that was written to; undefined where nothing was to be sent yet. */
  readonly target?: string | undefined;
}

/** What failures have in common that one change would repair. */
export interface ErrorCause {
  /** Sixteen hexadecimal digits, the same for the same cause. */
  readonly id: string;
  readonly class: CauseClass;
  readonly code: string;
  /** The message with what differs from record to record taken out. */
  readonly message: string;
  /** The route where the cause lies in its records or settings; null where it lies in the target, whatever the route. */
  readonly route: string | null;
  readonly target: string | null;
}

/** Cause of tasks that only wait for an earlier version of their record; no cause of its own. */
export const BEHIND_CAUSE = 'behind';

/** Tells what caused a failure, so that failures with one cause can be counted and treated together. */
export function causeOf({ code, class: errorClass, message, details }: ErrorReport, place: FailurePlace): ErrorCause {
  const kind = classOf(code, errorClass, details);
  const general = generalMessage(message);
  const route = OF_THE_TARGET.has(kind) && place.target !== undefined ? null : place.route;
  const target = place.target ?? null;
  const id = createHash('sha256')
    .update(JSON.stringify([kind, code, general, route, target]))
    .digest('hex')
    .slice(0, 16);
  return { id, class: kind, code, message: general, route, target };
}

/** Like {@link causeOf}, for an error as it is stored. */
export function causeOfText(error: string | null, place: FailurePlace): ErrorCause {
  return causeOf({ ...UNKNOWN, ...(error === null ? {} : (JSON.parse(error) as Partial<ErrorReport>)) }, place);
}

const UNKNOWN: ErrorReport = { code: 'ERR_INTERNAL', class: 'system', message: 'Failed without an error' };

/** These are repaired at the target, for all routes that end there. */
const OF_THE_TARGET: ReadonlySet<CauseClass> = new Set(['connection', 'intermittent', 'rate-limit', 'sign-in']);

const BY_CODE: Readonly<Record<string, CauseClass>> = {
  ERR_FIELD_MISSING: 'missing',
  ERR_KEY_MISSING: 'missing',
  ERR_TARGET_GONE: 'missing',
  ERR_MATCH_MISSING: 'missing',
  ERR_MATCH_AMBIGUOUS: 'duplicate',
  ERR_MATCH_TWIN: 'duplicate',
  ERR_BODY_TOO_LARGE: 'too-large',
  ERR_NOT_JSON: 'parse',
  ERR_JSON_INVALID: 'parse',
  ERR_JSON_SYNTAX: 'parse',
  ERR_RECORD_INVALID: 'parse',
  ERR_RECORDS_NOT_FOUND: 'parse',
  ERR_UNCERTAIN: 'uncertain',
  ERR_WORKER_DIED: 'worker-died',
  ERR_INTERNAL: 'internal',
};

const BY_STATUS: Readonly<Record<number, CauseClass>> = {
  404: 'missing',
  409: 'duplicate',
  410: 'missing',
  413: 'too-large',
  415: 'parse',
  429: 'rate-limit',
};

const BY_CLASS: Readonly<Record<ErrorReport['class'], CauseClass>> = {
  config: 'configuration',
  'sign-in': 'sign-in',
  network: 'connection',
  'rate-limit': 'rate-limit',
  data: 'value',
  system: 'intermittent',
};

function classOf(code: string, errorClass: ErrorReport['class'], details: ErrorReport['details']): CauseClass {
  const status = details?.['status'];
  return BY_CODE[code] ?? (typeof status === 'number' ? BY_STATUS[status] : undefined) ?? BY_CLASS[errorClass];
}

/** Longest part of a message that is compared. */
const LONGEST = 400;

/**
 * Values in quotes, ids, times and numbers differ from record to record. A quoted name that stands after the word for
 * it, such as `field "lines"`, stays: it tells one fault of a mapping from another.
 */
function generalMessage(message: string): string {
  return (
    message
      .slice(0, LONGEST)
      // A database's text holds no U+0000.
      .replace(/\p{Cc}+/gu, ' ')
      .replace(QUOTED, (_, named: string | undefined) => named ?? '"…"')
      .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{16,}\b/gi, '…')
      .replace(/(?<![A-Za-z_])\d[\d.,:TZ+-]*/g, '…')
      .replace(/…(?:[\s,]{1,3}…)+/g, '…')
  );
}

const QUOTED =
  /(\b(?:field|list|step|client|route|incoming|outgoing|entity|operation|parameter) "[^"]{1,80}")|"[^"]*"?/gi;
