import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { CLIENT_SPEC } from '../connector/client-spec.ts';
import { DURATION } from '../core/duration.ts';
import { NOTIFICATION_SPEC } from './notifications/spec.ts';
import { WEBHOOK_SPEC } from './webhook-spec.ts';

const STEPS = {
  type: 'array',
  items: { type: 'object', properties: { type: { type: 'string' } }, required: ['type'] },
  default: [],
  description: 'Transformers, applied one after the other.',
} as const;

const RECORDS = { type: 'array', minItems: 1, items: { type: 'object', minProperties: 1 } } as const;

/** Saved tests of a chain. What is expected is never empty: a test has to be able to fail. */
const TESTS = {
  type: 'array',
  maxItems: 200,
  default: [],
  description: 'Saved tests of the steps. Each says "expected", "dropped" or "error".',
  items: {
    type: 'object',
    properties: {
      name: {
        type: 'string',
        minLength: 1,
        maxLength: 255,
        description: 'What it shows; unlike those of its neighbours.',
      },
      input: { type: 'object', description: 'The record that goes in.' },
      expected: { ...RECORDS, description: 'The records that come out, in order.' },
      dropped: { const: true, description: 'No record comes out.' },
      error: { type: 'string', minLength: 1, description: 'The record fails, with this in its message.' },
      storages: {
        type: 'object',
        additionalProperties: { type: 'object' },
        description: 'Entries of storages while it runs: { "prices": { "A": 7 } }. Others count as empty.',
      },
      links: {
        type: 'object',
        additionalProperties: { type: 'object', additionalProperties: { type: 'string' } },
        description: 'Target ids that outgoings have learnt, by source key: { "clients": { "12": "907" } }.',
      },
      answers: {
        type: 'object',
        description:
          'Answers of calls by client, entity and operation: { "halo/site.get": { "id": 3 } }. No call is made.',
      },
    },
    required: ['name', 'input'],
    additionalProperties: false,
  },
} as const;

/** A component by its `type`; its own options are checked against the component. */
const COMPONENT = { type: 'object', properties: { type: { type: 'string' } }, required: ['type'] } as const;

export const INCOMING_SPEC = {
  type: 'object',
  properties: {
    subscriber: COMPONENT,
    schedule: {
      description: 'When it runs by itself; without one it runs only when asked.',
      oneOf: [
        { type: 'object', properties: { every: DURATION }, required: ['every'], additionalProperties: false },
        {
          type: 'object',
          properties: {
            cron: { type: 'string', description: 'Five fields, e.g. "0 6 * * 1-5"; six with seconds first.' },
            timezone: { type: 'string', description: 'IANA name, e.g. Europe/Berlin; UTC by default.' },
          },
          required: ['cron'],
          additionalProperties: false,
        },
      ],
    },
    webhook: WEBHOOK_SPEC,
    transformers: STEPS,
    after: {
      type: 'array',
      items: { type: 'string' },
      default: [],
      description:
        'Routes whose records have to be in the target first, such as customers before devices. While some are on their way, failed, or were never read, a run reads nothing and says which.',
    },
    deletions: {
      type: 'object',
      description:
        'Notices records that the source has no more: after a complete reading of everything, what was known and did not come becomes a task with its last fields and "$deleted": true. Keeps a copy of each record.',
      properties: {
        after: {
          enum: ['complete'],
          default: 'complete',
          description: 'Only a reading of everything that got all that was announced counts.',
        },
        ceiling: {
          type: ['string', 'integer'],
          pattern: '^[0-9]{1,3}([.][0-9]{1,3})?%$',
          minimum: 0,
          default: '5%',
          description:
            'Most deletions of one run: a number, or a share of all known records. Above it the run makes none, and fails with ERR_DELETIONS_HELD. A share never lets everything be deleted, but for "100%".',
        },
        few: {
          type: 'integer',
          minimum: 0,
          default: 0,
          description:
            'So many deletions of one run are made whatever the ceiling says, also where nothing is left: for short lists, such as alerts.',
        },
        readings: {
          type: 'integer',
          minimum: 1,
          maximum: 20,
          default: 1,
          description: 'In how many complete readings in a row a record has to be missing before it counts as gone.',
        },
      },
      additionalProperties: false,
    },
    tests: TESTS,
  },
  required: ['subscriber'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export const OUTGOING_SPEC = {
  type: 'object',
  properties: {
    transformers: STEPS,
    publisher: COMPONENT,
    tests: TESTS,
    afterwards: {
      type: 'object',
      description: "Where the records go that the publisher's responseTransformers make.",
      properties: {
        route: { type: 'string', description: 'Identifier of the route; its steps are applied to them.' },
      },
      required: ['route'],
      additionalProperties: false,
    },
  },
  required: ['publisher'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export const ROUTE_SPEC = {
  type: 'object',
  properties: {
    incoming: { type: 'string' },
    outgoing: { type: 'string' },
    transformers: STEPS,
    tests: {
      ...TESTS,
      description: `${TESTS.description} They go through the steps of the incoming, the route and the outgoing.`,
    },
    retry: {
      type: 'object',
      properties: {
        attempts: {
          type: 'integer',
          minimum: 1,
          maximum: 100,
          default: 5,
          description: 'Tries before a task is failed.',
        },
        delay: { ...DURATION, default: '5s', description: 'Wait before the second try; it doubles each time.' },
        maxDelay: { ...DURATION, default: '15m' },
      },
      additionalProperties: false,
      default: {},
    },
    limits: {
      type: 'object',
      properties: {
        backlog: {
          type: 'integer',
          minimum: 1,
          default: 10000,
          description: 'Open tasks above which reading waits for publishing.',
        },
      },
      additionalProperties: false,
      default: {},
    },
    ordering: {
      enum: ['none', 'key', 'route'],
      default: 'key',
      description:
        'key: versions of one record one after the other; none: only the newest version of each record; route: one batch at a time, in the order of the source.',
    },
    onFailure: {
      enum: ['stop', 'continue'],
      default: 'stop',
      description: 'With ordering "route": whether a record that failed or waits for a person stops the route.',
    },
    searchFields: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      maxItems: 10,
      default: [],
      description: 'Fields of the source record that its tasks are found by besides the key, e.g. "summary".',
    },
  },
  required: ['incoming', 'outgoing'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export const TRANSFORMER_SPEC = {
  type: 'object',
  properties: { transformers: STEPS, tests: TESTS },
  required: ['transformers'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** What is different where the server runs in an environment, by the name that SLUICE_ENVIRONMENT gives it. */
const environments = <Properties extends object>(properties: Properties) =>
  ({
    type: 'object',
    propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    additionalProperties: { type: 'object', properties, additionalProperties: false },
    description: 'What is different in an environment, by its name (SLUICE_ENVIRONMENT): { "test": { … } }.',
  }) as const;

const TTL_SECONDS = {
  type: 'integer',
  minimum: 1,
  maximum: 3_153_600_000,
  description: 'After so many seconds an entry that was not written again is gone. Without it entries stay.',
} as const;

export const STORAGE_SPEC = {
  type: 'object',
  properties: { ttlSeconds: TTL_SECONDS, environments: environments({ ttlSeconds: TTL_SECONDS }) },
  additionalProperties: false,
} as const satisfies JSONSchema;

const ROWS = {
  type: 'array',
  items: { type: 'array', items: { type: ['string', 'number', 'boolean', 'null'] }, minItems: 2, maxItems: 2 },
  description: 'Pairs of source value and target value.',
} as const;
const NO_MATCH = {
  enum: ['fail', 'keep', 'null', 'default', 'skip'],
  description:
    'What happens with a value that is not in the table: the record fails, the value stays, becomes null or "default", or the record is left out.',
} as const;
const DEFAULT_VALUE = {
  type: ['string', 'number', 'boolean', 'null'],
  description: 'Value for "noMatch": "default".',
} as const;

export const VALUE_MAP_SPEC = {
  type: 'object',
  properties: {
    rows: ROWS,
    noMatch: { ...NO_MATCH, default: 'fail' },
    default: DEFAULT_VALUE,
    ignoreCase: { type: 'boolean', default: false, description: 'Upper and lower case of texts count as the same.' },
    environments: environments({
      rows: { ...ROWS, description: 'Rows that count there before those of the map with the same source value.' },
      noMatch: NO_MATCH,
      default: DEFAULT_VALUE,
    }),
  },
  required: ['rows'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Kinds of documents and the schemas of their `spec`, in the order in which they depend on each other. */
export const KINDS = {
  client: CLIENT_SPEC,
  transformer: TRANSFORMER_SPEC,
  storage: STORAGE_SPEC,
  'value-map': VALUE_MAP_SPEC,
  incoming: INCOMING_SPEC,
  outgoing: OUTGOING_SPEC,
  route: ROUTE_SPEC,
  notification: NOTIFICATION_SPEC,
} as const;

export type Kind = keyof typeof KINDS;
export type IncomingSpec = FromSchema<typeof INCOMING_SPEC>;
export type OutgoingSpec = FromSchema<typeof OUTGOING_SPEC>;
export type RouteSpec = FromSchema<typeof ROUTE_SPEC>;
export type SavedTest = FromSchema<typeof TESTS>[number];
export type Schedule = NonNullable<IncomingSpec['schedule']>;

/** What every document has around its spec. */
export const ENVELOPE = {
  type: 'object',
  properties: {
    $schema: { type: 'string' },
    kind: { enum: Object.keys(KINDS) },
    identifier: {
      type: 'string',
      pattern: '^[a-z0-9][a-z0-9-]{0,254}$',
      description: 'Lower-case letters, digits and dashes, at most 255.',
    },
    name: { type: 'string', maxLength: 255 },
    description: { type: 'string', maxLength: 64000 },
    disabled: { type: 'boolean' },
    spec: { type: 'object' },
  },
  required: ['kind', 'identifier', 'spec'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** A configuration document. */
export interface Document {
  readonly $schema?: string;
  readonly kind: Kind;
  readonly identifier: string;
  readonly name?: string;
  readonly description?: string;
  readonly disabled?: boolean;
  readonly spec: Readonly<Record<string, unknown>>;
}
