import { TransformError } from '../core/errors.ts';
import type { StepReads } from './step-session.ts';

/** What steps read where nothing may be changed: calls that may change something are refused, others are made. */
export function readingOnly(reads: StepReads): StepReads {
  return {
    ...reads,
    call: (operation, request, signal) => {
      if (operation.isReading) return reads.call(operation, request, signal);
      throw new TransformError(
        `"${operation.name}" may change something, so it is called only when the record is on its way`,
        { operation: operation.name },
        'ERR_CALL_NOT_MADE',
      );
    },
  };
}

/** What steps read for somebody who may not make calls. */
export function withoutCalls(reads: StepReads): StepReads {
  return {
    ...reads,
    call: ({ name }) => {
      const message = `"${name}" is not called: that needs the permission "clients:call"`;
      throw new TransformError(message, { operation: name }, 'ERR_CALL_NOT_MADE');
    },
  };
}
