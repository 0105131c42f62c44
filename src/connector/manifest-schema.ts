import type { FromSchema, JSONSchema } from 'json-schema-to-ts';

/** A place that takes a template over `config, secret, record, parent, page, state, response`. */
const TEMPLATE = {
  type: ['string', 'number', 'boolean', 'null'],
  description: 'A value, or a template such as "&{config.tenant}".',
} as const;
const TEMPLATES = { type: 'object', additionalProperties: TEMPLATE } as const;
const SOURCE = {
  type: 'string',
  description: 'Who says so: vendor specification, a client library, or measured.',
} as const;
const STATUS = {
  enum: ['stable', 'inferred', 'preview', 'deprecated'],
  default: 'stable',
  description: 'How sure the facts are: "inferred" where a fact is read from client code or follows a pattern.',
} as const;

/** Names one component by its `type`; its own options are checked against the component. */
const COMPONENT = {
  type: 'object',
  properties: { type: { type: 'string', description: 'Name of the component.' } },
  required: ['type'],
} as const;

const PARAMETER = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    description: { type: 'string' },
    type: { enum: ['string', 'integer', 'number', 'boolean'], default: 'string' },
    format: { enum: ['uri'], description: 'Form of the text: "uri" is an absolute http or https address.' },
    enum: { type: 'array', items: { type: 'string' }, minItems: 1 },
    pattern: { type: 'string' },
    default: { type: ['string', 'number', 'boolean'] },
    placeholder: { type: 'string' },
    required: { type: 'boolean', default: false },
    secret: { type: 'boolean', default: false, description: 'Sealed at rest, never shown again.' },
    trimSuffixes: {
      type: 'array',
      items: { type: 'string' },
      description: 'Endings that people paste along and that are cut off, in this order: ["/", "/api"].',
    },
    helpUrl: { type: 'string' },
  },
  required: ['title'],
  additionalProperties: false,
} as const;

const QUERY_PARAMETER = {
  type: 'object',
  properties: {
    type: { enum: ['string', 'integer', 'number', 'boolean', 'array'], default: 'string' },
    description: { type: 'string' },
    required: { type: 'boolean', default: false },
  },
  additionalProperties: false,
} as const;

const ERROR_RULE = {
  type: 'object',
  properties: {
    when: {
      type: ['object', 'string'],
      description: 'Condition over { status, headers, body } of the answer; also looked at inside a 200.',
    },
    then: { enum: ['retry', 'rate-limited', 'renew-token', 'empty', 'fail'] },
    message: { type: 'string', description: 'Message of the error, for "fail".' },
  },
  required: ['when', 'then'],
  additionalProperties: false,
} as const;

const DELTA = {
  type: 'object',
  properties: {
    parameter: { type: 'string', description: 'Query parameter that takes the start of the window.' },
    field: { type: 'string', description: 'Field of a row that tells when it changed.' },
    format: {
      enum: ['iso', 'iso-no-zone', 'epoch-seconds', 'epoch-milliseconds'],
      description: 'How the parameter is written, in UTC.',
    },
    lookBack: {
      type: 'string',
      pattern: '^[0-9]+(ms|s|m|h|d)$',
      default: '5m',
      description: 'Overlap with the last window.',
    },
    source: SOURCE,
  },
  required: ['parameter', 'format'],
  additionalProperties: false,
} as const;

const OPERATION = {
  type: 'object',
  properties: {
    title: { type: 'string', description: 'The sentence a person picks from a list.' },
    action: { enum: ['list', 'get', 'post', 'delete', 'call'], description: 'What it does; by default its own name.' },
    method: { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] },
    path: { type: 'string', pattern: '^/', description: 'Below the base URL; {name} stands for a path parameter.' },
    pathParameters: { type: 'object', additionalProperties: QUERY_PARAMETER },
    queryParameters: { type: 'object', additionalProperties: QUERY_PARAMETER },
    query: { ...TEMPLATES, description: 'Sent with every call unless the user gives another value.' },
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    paginator: {
      anyOf: [{ type: 'string' }, COMPONENT],
      description:
        'A paginator, or the name of one under "paginators" of the connector. A list without one reads a single page.',
    },
    records: {
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
      description: 'Path of the rows in the answer; "" is the answer itself; a list is tried in order.',
    },
    total: { type: 'string', description: 'Path of the number of rows that the source announces.' },
    delta: DELTA,
    body: {
      type: 'object',
      properties: {
        wrap: { enum: ['none', 'array'], default: 'none', description: 'Whether records are sent inside a JSON list.' },
        maxBatch: { type: 'integer', minimum: 1, default: 1, description: 'Most records of one call.' },
        defaultBatch: {
          type: 'integer',
          minimum: 1,
          default: 1,
          description: 'Records of one call where a match rule is set.',
        },
      },
      additionalProperties: false,
    },
    answer: {
      type: 'object',
      properties: {
        id: { type: 'string', default: 'id', description: "Path of the stored record's id in an answer row." },
        records: { type: 'string', default: '', description: 'Path of the stored record or records in the answer.' },
      },
      additionalProperties: false,
    },
    repeatable: { type: 'boolean', description: 'Whether calling twice changes nothing; true for GET and DELETE.' },
    status: STATUS,
    source: SOURCE,
  },
  required: ['title', 'method', 'path'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Schema of `connector/<name>/entities/<entity>.json`. */
export const ENTITY_SCHEMA = {
  type: 'object',
  title: 'Entity of a connector',
  properties: {
    $schema: { type: 'string' },
    name: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*$', description: 'Lower-case name, as documents write it.' },
    title: { type: 'string' },
    description: { type: 'string' },
    key: {
      type: 'array',
      items: { type: 'string' },
      description: 'Fields that tell a row from all others; empty where it has none.',
    },
    integerFields: {
      type: 'array',
      items: { type: 'string' },
      description: 'Fields that have to be sent as JSON integers.',
    },
    idField: {
      type: 'string',
      description: 'Field that makes a write an update of a stored record; absent where there is none.',
    },
    find: {
      type: 'object',
      description:
        'How to look a record up by the value of a field; rows are compared afterwards, so it may find too many.',
      properties: {
        operation: { type: 'string', default: 'list' },
        fields: {
          type: 'array',
          items: { type: 'string' },
          description: 'Fields that it is known to search; for others its silence would prove nothing.',
        },
        query: { ...TEMPLATES, description: 'Templates over { field, value }.' },
      },
      required: ['fields', 'query'],
      additionalProperties: false,
    },
    operations: { type: 'object', additionalProperties: OPERATION, minProperties: 1 },
    source: SOURCE,
  },
  required: ['name', 'title', 'key', 'operations'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Schema of `connector/<name>/connector.json`. */
export const CONNECTOR_SCHEMA = {
  type: 'object',
  title: 'Connector',
  properties: {
    $schema: { type: 'string' },
    version: { const: 1, description: 'Version of the manifest language.' },
    name: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*$' },
    title: { type: 'string' },
    description: { type: 'string' },
    documentation: { type: 'string' },
    parameters: {
      type: 'object',
      additionalProperties: PARAMETER,
      description: 'The form of a client. Which of them an authentication needs is said there.',
    },
    authentications: {
      type: 'object',
      minProperties: 1,
      additionalProperties: {
        type: 'object',
        properties: {
          title: { type: 'string' },
          parameters: {
            type: 'array',
            items: { type: 'string' },
            description: 'Parameters it needs besides the common ones.',
          },
          optional: {
            type: 'array',
            items: { type: 'string' },
            description: 'Parameters that it takes but does not need.',
          },
          authenticator: COMPONENT,
        },
        required: ['title', 'authenticator'],
        additionalProperties: false,
      },
    },
    discover: {
      type: 'array',
      description: 'Parameters found by asking the system when the user leaves them out.',
      items: {
        type: 'object',
        properties: {
          url: { type: 'string', description: 'Template; called with GET and without sign-in.' },
          values: { ...TEMPLATES, description: 'Parameter → template over { config, response }.' },
          fallback: { ...TEMPLATES, description: 'Used for what the answer does not tell.' },
        },
        required: ['url', 'values'],
        additionalProperties: false,
      },
    },
    baseUrl: { type: 'string', description: 'Template; every path is below it.' },
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    limits: { type: 'array', description: 'Budgets of a client that sets none.', items: { type: 'object' } },
    paginators: { type: 'object', additionalProperties: COMPONENT },
    errorMessages: {
      type: 'array',
      items: { type: 'string' },
      description: 'Paths of the message in an error answer, tried in order.',
    },
    errors: { type: 'array', items: ERROR_RULE },
    check: {
      type: 'object',
      properties: {
        operation: {
          type: 'string',
          pattern: '^[a-z0-9-]+\\.[a-z0-9-]+$',
          description: 'entity.operation of the first read.',
        },
        query: TEMPLATES,
      },
      required: ['operation'],
      additionalProperties: false,
    },
    source: SOURCE,
  },
  required: ['version', 'name', 'title', 'parameters', 'authentications', 'baseUrl'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export type ConnectorManifest = FromSchema<typeof CONNECTOR_SCHEMA>;
export type EntityManifest = FromSchema<typeof ENTITY_SCHEMA>;
export type OperationManifest = FromSchema<typeof OPERATION>;
export type ErrorRuleManifest = FromSchema<typeof ERROR_RULE>;
export type DeltaManifest = FromSchema<typeof DELTA>;
