/** What a person or the engine does next about an error; `docs/errors.md` explains each code. */
export type ErrorClass = 'config' | 'sign-in' | 'network' | 'rate-limit' | 'data' | 'system';

/** Facts beside a message, for logs and the dashboard. Never credentials, never whole records. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

interface ErrorOptions {
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

/**
 * An error we throw on purpose. Its message is written for the person who has to act on it.
 *
 * Everything else that is thrown is a bug and falls through.
 */
export abstract class IntegrationError extends Error {
  abstract readonly class: ErrorClass;
  /** Stable name of the error, listed in `docs/errors.md`. */
  readonly code: string;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean = false;
  readonly details: ErrorDetails;

  constructor(code: string, message: string, { details = {}, cause }: ErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
    this.name = new.target.name;
  }
}

/** Manifest, configuration, options or environment are wrong: a person changes them. */
export class ConfigError extends IntegrationError {
  override readonly class = 'config';
}

/** Credentials were refused, also after one renewal: the client is shown as broken. */
export class AuthError extends IntegrationError {
  override readonly class = 'sign-in';
}

/** No usable answer arrived: refused, timed out, cut off, too large, not JSON. */
export class NetworkError extends IntegrationError {
  override readonly class = 'network';
  override readonly retryable: boolean;
  /** Whether the request may have taken effect although no answer arrived. */
  readonly uncertain: boolean;

  constructor(
    code: string,
    message: string,
    options: ErrorOptions & { readonly retryable?: boolean; readonly uncertain?: boolean } = {},
  ) {
    super(code, message, options);
    this.retryable = options.retryable ?? true;
    this.uncertain = options.uncertain ?? false;
  }
}

/** The system answered with a status that we do not accept. */
export class HttpStatusError extends IntegrationError {
  override readonly class: ErrorClass;
  override readonly retryable: boolean;
  readonly status: number;

  constructor(code: string, message: string, status: number, options: ErrorOptions = {}) {
    super(code, message, options);
    this.status = status;
    this.retryable = status === 408 || status >= 500;
    this.class = this.retryable ? 'system' : 'data';
  }
}

/** We were told to wait, or our own budget is spent. Waiting uses up no attempt. */
export class RateLimitError extends IntegrationError {
  override readonly class = 'rate-limit';
  override readonly retryable = true;
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number, options: ErrorOptions = {}) {
    super('ERR_RATE_LIMITED', message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** A step cannot handle one record: that task fails, the other records go on. */
export class TransformError extends IntegrationError {
  override readonly class = 'data';

  constructor(message: string, details: ErrorDetails = {}, code = 'ERR_TRANSFORM') {
    super(code, message, { details });
  }
}

/** Something that the record needs is not there yet, and may be there the next time: the task is tried again. */
export class NotYetError extends TransformError {
  override readonly retryable = true;
}

/** One record cannot be published as it is: that task fails, the rest of its batch goes on. */
export class PublishError extends IntegrationError {
  override readonly class = 'data';
}

/** The system has nothing for this record, and its manifest says that this is no failure. */
export class SkippedError extends IntegrationError {
  override readonly class = 'data';

  constructor(message: string, options: ErrorOptions = {}) {
    super('ERR_SKIPPED', message, options);
  }
}

/** What the source sent cannot be trusted to be complete or well-formed: the run fails, the checkpoint stays. */
export class SourceError extends IntegrationError {
  override readonly class = 'system';
}

/** A file cannot be read as what it is said to be. Details name file, row and column where they are known. */
export class FileError extends IntegrationError {
  override readonly class = 'data';
}

/** A file cannot be written now, because the disk is full or its folder is out of reach. */
export class FileWriteError extends IntegrationError {
  override readonly class = 'system';
  override readonly retryable = true;
}

/** An error as it is stored and answered: no stack, no cause. */
export interface ErrorReport {
  readonly code: string;
  readonly class: ErrorClass;
  readonly message: string;
  readonly details?: ErrorDetails;
}

/** Makes a storable report of anything that was thrown. Unknown errors keep their message under ERR_INTERNAL. */
export function toErrorReport(error: unknown): ErrorReport {
  if (error instanceof IntegrationError) {
    const { code, message, details } = error;
    return { code, class: error.class, message, ...(Object.keys(details).length > 0 && { details }) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'ERR_INTERNAL', class: 'system', message };
}
