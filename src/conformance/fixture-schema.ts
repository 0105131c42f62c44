import type { FromSchema, JSONSchema } from 'json-schema-to-ts';

const ANY = {} as const;
const TEXTS = { type: 'object', additionalProperties: { type: 'string' } } as const;
const QUERY = { type: 'object', additionalProperties: ANY } as const;

/** A request as it was recorded. The text "*" stands for any value. */
const REQUEST = {
  type: 'object',
  properties: {
    method: { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], description: 'HTTP method.' },
    path: { type: 'string', description: 'Path below the base URL.' },
    url: { type: 'string', description: 'Whole address, where it is not below the base URL.' },
    query: { ...QUERY, description: 'All query parameters that are sent, but those of the sign-in.' },
    body: { description: 'JSON body; fields of a form, or text, where the operation sends that.' },
    form: { ...TEXTS, description: 'Fields of a form.' },
    headers: { ...TEXTS, description: 'Headers that matter; others are not looked at.' },
  },
  required: ['method'],
  additionalProperties: false,
} as const;

const ANSWER_PARTS = {
  status: { type: 'integer', minimum: 100, maximum: 599, default: 200, description: 'Status of the answer.' },
  headers: { ...TEXTS, default: {}, description: 'Headers of the answer.' },
  answer: { description: 'Body of the answer; left out where there is none.' },
} as const;

const EXCHANGE = {
  type: 'object',
  properties: { request: REQUEST, ...ANSWER_PARTS },
  required: ['request'],
  additionalProperties: false,
} as const;

const NOTES = {
  $schema: { type: 'string' },
  source: { type: 'string', description: 'Who vouches for the form of the requests and answers.' },
  note: { type: 'string', description: 'What it shows.' },
} as const;

const SHARED = {
  ...NOTES,
  now: { type: 'string', description: 'Time at which it plays, ISO 8601; 2026-11-01T12:00:00Z unless given.' },
  parameters: { type: 'object', description: 'Client parameters laid over those of client.json; null takes one away.' },
  exchanges: { type: 'array', items: EXCHANGE, description: 'Every call in order.' },
  error: {
    type: 'object',
    properties: {
      code: { type: 'string', description: 'Code of the error.' },
      message: { type: 'string', description: 'Text that its message holds.' },
    },
    required: ['code'],
    additionalProperties: false,
    description: 'The error it ends with, where it is meant to fail.',
  },
} as const;

/** Schema of `fixtures/<entity>.<operation>[.<variant>].json`. */
export const OPERATION_FIXTURE = {
  type: 'object',
  properties: {
    ...SHARED,
    authentication: {
      type: 'string',
      description: 'Authentication of the client, where it is not that of client.json.',
    },
    call: {
      type: 'object',
      properties: {
        path: { ...QUERY, description: 'Path parameters that a user gives.' },
        query: { ...QUERY, description: 'Query parameters that a user gives.' },
        body: { description: 'Body that a user gives.' },
        since: { type: 'string', description: 'Start of the window, ISO 8601.' },
        state: { description: 'What the last reading ended with, where the source hands out such a place.' },
        start: { type: 'object', description: 'Where an interrupted reading goes on.' },
      },
      additionalProperties: false,
      default: {},
      description: 'What a user gives.',
    },
    request: { ...REQUEST, description: 'The only request, in place of "exchanges".' },
    ...ANSWER_PARTS,
    records: { type: 'array', items: { type: 'object' }, description: 'Rows that are read, or records that are sent.' },
    sent: { description: 'Body that is sent, where no exchange says it.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Schema of `fixtures/sign-in.<authentication>[.<variant>].json`. */
export const SIGN_IN_FIXTURE = {
  type: 'object',
  properties: {
    ...SHARED,
    credentials: {
      type: 'object',
      properties: {
        headers: { ...TEXTS, default: {}, description: 'Headers of a signed-in call.' },
        query: { ...QUERY, default: {}, description: 'Query parameters of a signed-in call.' },
      },
      additionalProperties: false,
      description: 'What signs calls in.',
    },
  },
  required: ['exchanges'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Schema of `fixtures/client.json`. */
export const CLIENT_FIXTURE = {
  type: 'object',
  properties: {
    ...NOTES,
    authentication: { type: 'string', description: 'One of the connector.' },
    parameters: { type: 'object', description: 'Made-up values of the form.' },
  },
  required: ['authentication', 'parameters'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export type Exchange = FromSchema<typeof EXCHANGE>;
export type RecordedRequest = FromSchema<typeof REQUEST>;
export type WrittenOperationFixture = FromSchema<typeof OPERATION_FIXTURE>;
export type WrittenSignInFixture = FromSchema<typeof SIGN_IN_FIXTURE>;
export type ClientFixture = FromSchema<typeof CLIENT_FIXTURE>;
