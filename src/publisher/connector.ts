import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError } from '../core/errors.ts';
import type { Publisher, PublisherComponent, PublisherContext } from '../connector/publishing/types.ts';
import { ERROR_RULE } from '../connector/manifest/error-rule.ts';
import { FIELD_RULES, MATCH_RULE } from '../connector/publishing/options.ts';
import { planBatch } from '../connector/publishing/plan-batch.ts';
import { createTarget, type Target } from '../connector/publishing/target.ts';
import { sendBatch } from '../connector/publishing/send-batch.ts';

const options = {
  type: 'object',
  properties: {
    client: { type: 'string', description: 'Identifier of the client to write to.' },
    action: {
      enum: ['post', 'create', 'update', 'upsert', 'delete'],
      description:
        'post and upsert: create or update; create: only what the target does not have; update: only what it has; delete: remove.',
    },
    entity: { type: 'string', description: "Entity of the client's connector, e.g. asset." },
    operation: {
      type: 'string',
      description: 'A named operation of the entity; by default the one named like the action.',
    },
    parameters: {
      type: 'object',
      properties: {
        path: { type: 'object', description: 'Path parameters; values may be templates over the record.' },
        query: { type: 'object', description: 'Query parameters; values may be templates over the record.' },
      },
      additionalProperties: false,
      default: {},
    },
    requestTransformers: {
      type: 'array',
      default: [],
      description: 'Steps that change each record just before it is sent.',
      items: { type: 'object' },
    },
    batch: {
      type: 'object',
      properties: { size: { type: 'integer', minimum: 1, maximum: 1000, description: 'Records of one call.' } },
      additionalProperties: false,
      default: {},
      description:
        'By default what the connector says where a match rule is set, else 1: an answer to several records may not tell their ids.',
    },
    match: {
      type: 'array',
      default: [],
      description: 'Rules, tried in order, that find the record in the target before it is created for the first time.',
      items: MATCH_RULE,
    },
    onExisting: {
      enum: ['skip', 'fail'],
      default: 'skip',
      description: 'What "create" makes of a record that the target has.',
    },
    onMissing: {
      enum: ['skip', 'fail'],
      description: 'What "update" and "delete" make of a record that the target does not have; by default they fail.',
    },
    links: {
      type: 'boolean',
      default: true,
      description:
        'Whether later versions of a record update the one created first. Off: every version is created anew.',
    },
    oneToOne: {
      type: 'boolean',
      default: false,
      description:
        'A record of the target belongs to one record of the source: a match rule passes over what another one is linked to, and says so on the task.',
    },
    watch: {
      type: 'array',
      items: { type: 'string' },
      default: [],
      description:
        'Fields whose change is told on the task and in the plan, such as client_id of a device that moved. Reads the record before an update.',
    },
    fields: {
      enum: ['types', 'strict', 'off'],
      default: 'types',
      description:
        'How fields are checked that the connector knows: "types": their type, cast where nothing is lost; "strict": unknown and read-only fields are refused as well; "off": sent as they are.',
    },
    fieldRules: FIELD_RULES,
    defaults: {
      type: 'object',
      default: {},
      description: 'Values of fields that a new record has nothing in; templates over the record.',
    },
    skipUnchanged: {
      type: 'boolean',
      default: false,
      description: 'Reads the record before an update, and sends nothing where nothing would change.',
    },
    deleted: {
      enum: ['skip', 'delete', 'update'],
      default: 'skip',
      description:
        'What becomes of a record that is gone in the source (see "deletions" of the incoming): left alone, deleted, or updated with "deletedFields".',
    },
    deletedFields: {
      type: 'object',
      default: {},
      description:
        'All that is sent of a record that is gone in the source, e.g. { "inactive": true }; templates over it.',
    },
    verifyWrite: {
      type: 'array',
      items: { type: 'string' },
      default: [],
      description:
        'Fields that are read back after each write. What the target did not keep is written once more, then the task fails.',
    },
    responses: {
      type: 'array',
      items: ERROR_RULE,
      default: [],
      description: 'Rules about answers of this outgoing, in order, heard before those of the connector.',
    },
    responseTransformers: {
      type: 'array',
      default: [],
      items: { type: 'object' },
      description:
        'Steps over { record, answer, id, key, action } of each record that arrived. A result { "$link": { "key", "id" } } is kept as a link; others are records for the route under "afterwards" of the outgoing.',
    },
    uncertain: {
      enum: ['verify', 'resend', 'hold'],
      description:
        'What is done when a crash or a lost answer leaves open whether a record arrived. By default verify where a match rule is set, resend for deletes, else hold for a person.',
    },
  },
  required: ['client', 'action', 'entity'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

export default {
  type: 'connector',
  summary: 'Creates, updates or deletes records of an entity through a client.',
  options,
  create(given, context: PublisherContext): Publisher {
    const onUncertain = given.uncertain ?? defaultOnUncertain(given);
    if (onUncertain === 'verify' && given.match.length === 0) {
      throw new ConfigError(
        'ERR_MATCH_MISSING',
        'publisher.uncertain "verify" needs at least one rule under publisher.match',
      );
    }
    const target = { ...createTarget(given, context), onUncertain };
    return {
      batchSize: target.batchSize,
      callsAtOnce: callsAtOnce(target),
      onUncertain,
      send: (batch, sending, signal) => sendBatch(target, batch, sending, signal),
      plan: (batch, sending, planned, signal) => planBatch(target, batch, sending, planned, signal),
    };
  },
} satisfies PublisherComponent<Options>;

function callsAtOnce({ client, operation, update, remove }: Target): number {
  const writes = [operation, update, remove].filter((each) => each !== undefined);
  return Math.max(...writes.map((each) => client.callsAtOnce(each)));
}

function defaultOnUncertain({ match, action }: Options): Publisher['onUncertain'] {
  if (action === 'delete') return 'resend';
  return match.length > 0 ? 'verify' : 'hold';
}
