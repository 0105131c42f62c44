import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError } from '../core/errors.ts';
import type { Publisher, PublisherComponent, PublisherContext } from '../connector/publishing/types.ts';
import { createTarget } from '../connector/publishing/target.ts';
import { sendBatch } from '../connector/publishing/send-batch.ts';

const options = {
  type: 'object',
  properties: {
    client: { type: 'string', description: 'Identifier of the client to write to.' },
    action: { enum: ['post', 'delete'], description: 'post: create or update; delete: remove.' },
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
      items: {
        type: 'object',
        properties: { fields: { type: 'array', items: { type: 'string' }, minItems: 1 } },
        required: ['fields'],
        additionalProperties: false,
      },
    },
    links: {
      type: 'boolean',
      default: true,
      description:
        'Whether later versions of a record update the one created first. Off: every version is created anew.',
    },
    fields: {
      enum: ['types', 'strict', 'off'],
      default: 'types',
      description:
        'How fields are checked that the connector knows: "types": their type, cast where nothing is lost; "strict": unknown and read-only fields are refused as well; "off": sent as they are.',
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
    const target = createTarget(given, context);
    return {
      batchSize: target.batchSize,
      onUncertain,
      send: (batch, sending, signal) => sendBatch({ ...target, onUncertain }, batch, sending, signal),
    };
  },
} satisfies PublisherComponent<Options>;

function defaultOnUncertain({ match, action }: Options): Publisher['onUncertain'] {
  if (action === 'delete') return 'resend';
  return match.length > 0 ? 'verify' : 'hold';
}
