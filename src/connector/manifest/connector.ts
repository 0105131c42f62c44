import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ERROR_RULE } from './error-rule.ts';
import { PARAMETER } from './parameter.ts';
import { COMPONENT, JSON_TEMPLATE, LIMITS, NAMES, OPERATION_NAME, SOURCE, STATUS, TEMPLATES } from './parts.ts';
import { WEBHOOKS } from './webhooks.ts';

const AUTHENTICATION = {
  type: 'object',
  properties: {
    title: { type: 'string', minLength: 1 },
    description: { type: 'string', description: 'When it is the one to choose.' },
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
    headers: { ...TEMPLATES, description: 'Headers sent beside what signs in, over { config, secret }.' },
    authenticator: COMPONENT,
  },
  required: ['title', 'authenticator'],
  additionalProperties: false,
} as const;

const DISCOVER = {
  type: 'object',
  properties: {
    url: { type: 'string', description: 'Template over { config }; its host has to be a declared one.' },
    signedIn: { type: 'boolean', default: false, description: 'Whether the call signs in first.' },
    authentications: {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      description: 'Ways to sign in that need it; all of them unless given.',
    },
    values: { ...TEMPLATES, description: 'Parameter → template over { config, response }.' },
    fallback: { ...TEMPLATES, description: 'Used for what the answer does not tell.' },
    missing: { type: 'string', description: 'What to tell a person where nothing tells it and it is needed.' },
  },
  required: ['url', 'values'],
  additionalProperties: false,
} as const;

const DERIVED = {
  type: 'object',
  properties: {
    from: { type: 'string', description: 'Parameter whose value decides.' },
    values: { type: 'object', additionalProperties: { type: 'string' }, description: 'Its value → what it becomes.' },
    default: { type: 'string', description: 'For a value that is not in the table.' },
  },
  required: ['from', 'values'],
  additionalProperties: false,
} as const;

const RATE_HEADERS = {
  type: 'object',
  description: 'Headers of every answer that tell what is left of the budget; at 0 the client waits.',
  properties: {
    remaining: { type: 'string', description: 'Header with the calls that are left.' },
    reset: { type: 'string', description: 'Header that tells when there are more.' },
    unit: {
      enum: ['seconds', 'milliseconds', 'epoch-seconds', 'epoch-milliseconds', 'date'],
      default: 'seconds',
      description: 'What the reset header holds.',
    },
  },
  required: ['remaining', 'reset'],
  additionalProperties: false,
} as const;

const CHECK = {
  type: 'object',
  properties: {
    operation: { ...OPERATION_NAME, description: 'The call of a connection test, as entity.operation.' },
    path: { ...TEMPLATES, description: 'Its path parameters, over { config }.' },
    query: { ...TEMPLATES, description: 'Its query parameters, over { config }.' },
    expect: { type: ['object', 'string'], description: 'Condition over { status, headers, body } of its answer.' },
    hints: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Advice by error code or status, e.g. "403".',
    },
  },
  required: ['operation'],
  additionalProperties: false,
} as const;

/** What a client may say of its system besides the form: the same words as in connector.json. */
export const SHARED_PARTS = {
  headers: { ...TEMPLATES, description: 'Headers of every call, over { config }.' },
  query: {
    type: 'object',
    additionalProperties: JSON_TEMPLATE,
    description: 'Query parameters of every call, over { config }.',
  },
  queryStyle: {
    enum: ['comma', 'repeat', 'brackets', 'json'],
    description: 'How lists are written in queries: a=1,2; a=1&a=2; a[]=1&a[]=2; a=[1,2]. By default with commas.',
  },
  budgets: {
    type: 'object',
    propertyNames: NAMES,
    additionalProperties: LIMITS,
    description: 'Further budgets by name, for operations that count for them.',
  },
  rateHeaders: RATE_HEADERS,
  paginators: {
    type: 'object',
    propertyNames: NAMES,
    additionalProperties: COMPONENT,
    description: 'Paginators under a name, for use in several operations.',
  },
  errorMessages: {
    type: 'array',
    items: { type: 'string' },
    description:
      'Paths of the message in an error answer, or templates over the answer where it is put together, tried in order.',
  },
  errors: {
    type: 'array',
    items: ERROR_RULE,
    description: 'Rules for answers that mean something else than their status says; the first that holds decides.',
  },
  check: { ...CHECK, description: 'The call that a connection test makes last.' },
} as const;

const ACTIONS = {
  type: 'object',
  propertyNames: { pattern: '^[a-z][a-z0-9-]{0,63}$' },
  description: 'Operations that most people come for, under names of their own, for other tools and their users.',
  additionalProperties: {
    type: 'object',
    properties: {
      operation: { ...OPERATION_NAME, description: 'The call, as entity.operation.' },
      title: { type: 'string', minLength: 1, description: 'What it is called; by default the title of the operation.' },
      description: { type: 'string', minLength: 1, description: 'What it does, in a sentence.' },
    },
    required: ['operation'],
    additionalProperties: false,
  },
} as const;

/** Schema of `connector/<name>/connector.json`. */
export const CONNECTOR_SCHEMA = {
  type: 'object',
  title: 'Connector',
  properties: {
    $schema: { type: 'string' },
    version: { const: 1, description: 'Version of the manifest language.' },
    name: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*$' },
    extends: {
      type: 'string',
      description: 'Connector that this one takes everything from that it does not say itself; null takes a key away.',
    },
    title: { type: 'string', minLength: 1 },
    description: { type: 'string' },
    category: { type: 'string', description: 'Group in the gallery, such as "Service desk".' },
    documentation: { type: 'string' },
    parameters: {
      type: 'object',
      propertyNames: NAMES,
      additionalProperties: PARAMETER,
      description: 'The form of a client. Which of them an authentication needs is said there.',
    },
    authentications: {
      type: 'object',
      propertyNames: NAMES,
      minProperties: 1,
      additionalProperties: AUTHENTICATION,
    },
    derive: {
      type: 'object',
      propertyNames: NAMES,
      additionalProperties: DERIVED,
      description: 'Values made from a parameter by a table, read as config.<name>: a region gives a host.',
    },
    clientEntities: {
      type: 'boolean',
      default: false,
      description: 'Clients say themselves which entities there are; the connector needs none.',
    },
    discover: {
      type: 'array',
      description: 'Parameters found by asking the system when the user leaves them out.',
      items: DISCOVER,
    },
    baseUrl: { type: 'string', description: 'Template over { config }; every path is below it.' },
    system: {
      type: 'string',
      description:
        'Template over { config } that is another text for another system or account, where the base URL does not tell them apart.',
    },
    hosts: {
      type: 'array',
      items: { type: 'string' },
      description:
        'Hosts that calls may reach besides those of the base URL and of addresses in the form: "login.example.com", "*.example.com", or a template over { config }.',
    },
    limits: { ...LIMITS, description: 'Budgets of a client that sets none.' },
    actions: ACTIONS,
    webhooks: WEBHOOKS,
    ...SHARED_PARTS,
    status: STATUS,
    source: SOURCE,
  },
  required: ['version', 'name', 'title', 'parameters', 'authentications', 'baseUrl'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export type ConnectorManifest = FromSchema<typeof CONNECTOR_SCHEMA>;
export type ErrorRuleManifest = FromSchema<typeof ERROR_RULE>;
