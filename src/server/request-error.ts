import { type ErrorDetails, IntegrationError } from '../core/errors.ts';
import type { Problem } from '../core/validation.ts';

/** A request that cannot be served as it is; `status` is the HTTP status of the answer. */
export class RequestError extends IntegrationError {
  override readonly class = 'config';
  readonly status: number;

  constructor(status: number, code: string, message: string, details: ErrorDetails = {}) {
    super(code, message, { details });
    this.status = status;
  }
}

/** 400: path, query or body are not as the route's schema says. */
export function requestInvalid(problems: readonly Problem[]): RequestError {
  const lines = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return new RequestError(400, 'ERR_REQUEST_INVALID', lines.join('; '), { problems });
}

/** 404 for something that is addressed by its name or id. */
export function notFound(message: string): RequestError {
  return new RequestError(404, 'ERR_NOT_FOUND', message);
}
