import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { DURATION } from '../../core/duration.ts';

/** What people can be told of, each with what it is. */
export const EVENTS = {
  'run-failed': 'a run of an incoming failed',
  'tasks-failed': 'many records of a route failed in a short time',
  'new-error': 'records fail or wait for a person by a cause that was not there before',
  'incident-opened': 'a client or an outgoing cannot be used: sign-in broken, system away, every call refused',
  'incident-closed': 'an incident is over',
  'route-silent': 'nothing was read for a route for longer than it should take',
  'disk-low': 'the disk is nearly full, so that reading rests',
} as const;

export type EventName = keyof typeof EVENTS;

const EVENT_NAMES = [
  'run-failed',
  'tasks-failed',
  'new-error',
  'incident-opened',
  'incident-closed',
  'route-silent',
  'disk-low',
] as const satisfies readonly EventName[];

const NAMES = {
  type: 'array',
  items: { type: 'string', minLength: 1 },
  maxItems: 1000,
  default: [],
} as const;

/** `spec` of a notification document. */
export const NOTIFICATION_SPEC = {
  type: 'object',
  properties: {
    events: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { enum: EVENT_NAMES },
      description: `What is told: ${Object.entries(EVENTS)
        .map(([name, what]) => `"${name}" (${what})`)
        .join(', ')}.`,
    },
    only: {
      type: 'object',
      properties: {
        routes: { ...NAMES, description: 'Identifiers of routes.' },
        incomings: { ...NAMES, description: 'Identifiers of incomings.' },
        clients: { ...NAMES, description: 'Identifiers of clients.' },
      },
      additionalProperties: false,
      default: {},
      description: 'Tells only what concerns one of these; without any, everything. A full disk concerns everything.',
    },
    failures: {
      type: 'object',
      properties: {
        count: { type: 'integer', minimum: 1, maximum: 10_000, default: 10, description: 'Failed records of a route.' },
        within: { ...DURATION, default: '1h', description: 'In so long; told again at most once in it.' },
      },
      additionalProperties: false,
      default: {},
      description: 'When "tasks-failed" is told.',
    },
    silentFor: {
      ...DURATION,
      description:
        'When "route-silent" is told; without it, when three runs in a row are missing. Routes whose incoming has no schedule are told with it only.',
    },
    digest: {
      ...DURATION,
      default: '5m',
      description: 'At most one message in so long: what happens meanwhile stands together in the next.',
    },
    repeat: { ...DURATION, description: 'Tells again what lasts, once in so long. Without it, once.' },
    channel: {
      type: 'object',
      properties: {
        type: { const: 'webhook', description: 'A call with a JSON body.' },
        url: {
          type: 'string',
          minLength: 1,
          maxLength: 4096,
          writeOnly: true,
          description: 'Address, as ${NAME} or as text that is sealed on saving: whoever knows it may write there.',
        },
        authorization: {
          type: 'string',
          maxLength: 4096,
          writeOnly: true,
          description: 'Value of the Authorization header, e.g. "Bearer ${CHAT_TOKEN}"; sealed on saving.',
        },
        headers: {
          type: 'object',
          propertyNames: { pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$" },
          additionalProperties: { type: 'string', maxLength: 1000, pattern: '^[^\\r\\n]*$' },
          default: {},
          description: 'Further headers. They are no secrets: everybody who reads the configuration sees them.',
        },
        body: {
          description:
            'The JSON that is sent, with &{title}, &{text}, &{count}, &{environment}, &{url}, &{notification}, &{isTest} and &{events} in it. Without it, an object of all these.',
        },
      },
      required: ['type', 'url'],
      additionalProperties: false,
      description: 'Where it goes.',
    },
  },
  required: ['events', 'channel'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export type NotificationSpec = FromSchema<typeof NOTIFICATION_SPEC>;
