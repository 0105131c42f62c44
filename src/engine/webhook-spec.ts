import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { WHEN } from '../core/conditions.ts';
import { DURATION } from '../core/duration.ts';

const VERIFY = {
  type: 'object',
  description: 'How a delivery proves where it comes from. What does not is refused with 401.',
  properties: {
    type: {
      enum: ['basic', 'secret', 'hmac', 'addresses'],
      description:
        'basic: user name and password; secret: a header, or the address, holds the secret; hmac: a header holds an HMAC-SHA-256 of the body; addresses: only the network it comes from.',
    },
    username: { type: 'string', minLength: 1, description: 'User name, for basic.' },
    password: { type: 'string', minLength: 1, writeOnly: true, description: 'Password, for basic.' },
    header: { type: 'string', minLength: 1, description: 'Header with the secret or the signature.' },
    query: {
      type: 'string',
      minLength: 1,
      description:
        'Instead of header, for secret: the query parameter of the address that holds it, for senders that know an address only.',
    },
    secret: { type: 'string', minLength: 1, writeOnly: true, description: 'Shared secret, for secret and hmac.' },
    prefix: { type: 'string', description: 'What stands before the signature or secret in the header: "sha256=".' },
    encoding: { enum: ['hex', 'base64'], default: 'hex', description: 'How the signature is written.' },
    timestampHeader: {
      type: 'string',
      description: 'Header with the time that is signed as well: epoch seconds or milliseconds, or ISO 8601.',
    },
    tolerance: { ...DURATION, default: '5m', description: 'How old, or early, that time may be.' },
    signedText: {
      type: 'string',
      description:
        'What is signed, with {body} and {timestamp} in it. "{body}" by default, "{timestamp}.{body}" with a timestampHeader.',
    },
    addresses: {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      description: 'Addresses or networks (CIDR) it may come from. Counts for every type where it is given.',
    },
  },
  required: ['type'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** How deliveries to `/hooks/<incoming>` are taken. */
export const WEBHOOK_SPEC = {
  type: 'object',
  description: 'Takes what the source sends to /hooks/<identifier>, beside a schedule or instead of one.',
  properties: {
    verify: VERIFY,
    recordsPath: {
      type: 'string',
      minLength: 1,
      description: 'Path of the event, or the list of events, in the body; the body itself where none is given.',
    },
    recordPath: {
      type: 'string',
      minLength: 1,
      description: 'Path of the record in an event, e.g. "ticket"; the event itself where none is given.',
    },
    when: WHEN,
    key: {
      type: 'string',
      minLength: 1,
      description:
        'Template over the event that gives the key of its record, e.g. "&{object_id}"; by default the key that the subscriber takes.',
    },
    deliveryId: {
      type: 'object',
      description: 'What a delivery is known by when it comes again: header, path or hash.',
      properties: {
        header: { type: 'string', minLength: 1, description: 'Header with an id of the delivery.' },
        path: { type: 'string', minLength: 1, description: 'Path of an id in the event.' },
        hash: { const: true, description: 'The content: the same event counts as a repeat, also when it is meant.' },
        window: { ...DURATION, default: '24h', description: 'How long it is remembered.' },
      },
      additionalProperties: false,
    },
    readFull: {
      description:
        'The event names the record only: a worker reads it by the get operation of the entity, then goes on.',
      oneOf: [
        { type: 'boolean' },
        {
          type: 'object',
          properties: {
            operation: {
              type: 'string',
              description: 'Operation of the entity that reads one record; get unless given.',
            },
            path: {
              type: 'object',
              description:
                'Path parameters; templates over the event. The key by default, where there is one parameter.',
            },
            query: { type: 'object', description: 'Query parameters; templates over the event.' },
          },
          additionalProperties: false,
        },
      ],
    },
    maxBodyBytes: {
      type: 'integer',
      minimum: 1,
      maximum: 10_485_760,
      default: 1_048_576,
      description: 'Largest body that is taken.',
    },
  },
  required: ['verify'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export type WebhookSpec = FromSchema<typeof WEBHOOK_SPEC>;
