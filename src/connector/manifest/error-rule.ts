import { DURATION } from '../../core/duration.ts';

/** What an answer means where its status alone does not say. */
export const ERROR_RULE = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'Shown by explain mode when the rule decides.' },
    when: {
      type: ['object', 'string'],
      description: 'Condition over { status, headers, body } of the answer; also looked at inside a 200.',
    },
    then: {
      enum: ['retry', 'rate-limited', 'locked', 'renew-token', 'empty', 'skip-record', 'accept', 'fail'],
      description:
        'retry: try again; rate-limited: pause the client; locked: pause it and give the call up; renew-token: sign in again; empty: an answer without rows; skip-record: nothing here for this record; accept: an answer like any other; fail: an error.',
    },
    class: {
      enum: ['config', 'sign-in', 'data', 'system'],
      description: 'What the failure is about; only "system" may pass by itself. By default what the status says.',
    },
    message: { type: 'string', description: 'Message of the error.' },
    messageAt: { type: 'string', description: 'Where the answer has the message, before "errorMessages".' },
    wait: { ...DURATION, description: 'How long "rate-limited" or "locked" keep the client from calling.' },
    waitAt: {
      type: 'object',
      description: 'Where the answer says how long to wait; Retry-After is read without it.',
      properties: {
        header: { type: 'string', description: 'Name of a header.' },
        path: { type: 'string', description: 'Path in the body.' },
        unit: {
          enum: ['seconds', 'milliseconds', 'epoch-seconds', 'epoch-milliseconds', 'date'],
          default: 'seconds',
          description: 'What the value is.',
        },
      },
      additionalProperties: false,
    },
  },
  required: ['when', 'then'],
  additionalProperties: false,
} as const;
