/** A place that takes a value or a template; which names it may use is said where it stands. */
export const TEMPLATE = {
  type: ['string', 'number', 'boolean', 'null'],
  description: 'A value, or a template such as "&{config.tenant}".',
} as const;

/** Templates by name. */
export const TEMPLATES = { type: 'object', additionalProperties: TEMPLATE } as const;

/** A whole JSON value whose texts may be templates. */
export const JSON_TEMPLATE = { description: 'Any JSON; its texts may be templates.' } as const;

/** Who vouches for a fact. */
export const SOURCE = {
  type: 'string',
  description: 'Who says so: vendor specification, a client library, or measured.',
} as const;

/** How sure a fact is. */
export const STATUS = {
  enum: ['stable', 'inferred', 'preview', 'deprecated'],
  default: 'stable',
  description:
    'How sure the facts are: "inferred" where a fact is read from client code or follows a pattern, "preview" where the vendor may change it.',
} as const;

/** Names one component by its `type`; its own options are checked against the component. */
export const COMPONENT = {
  type: 'object',
  properties: { type: { type: 'string', description: 'Name of the component.' } },
  required: ['type'],
} as const;

/** A component, or the name of one that the connector defines. */
export const NAMED_COMPONENT = { ...COMPONENT, type: ['string', 'object'] } as const;

/** A call of this connector: `tickets.list`. */
export const OPERATION_NAME = {
  type: 'string',
  pattern: '^[a-z0-9][a-z0-9-]*\\.[a-z0-9][a-z0-9-]*$',
  description: 'Written entity.operation.',
} as const;

/** Budgets as documents write them; `parseLimits` checks them. */
export const LIMITS = {
  type: 'array',
  items: { type: 'object' },
  description: 'Budgets: calls in any stretch of time, and at the same time.',
} as const;

/** Statuses of an answer. */
export const STATUSES = { type: 'array', items: { type: 'integer', minimum: 100, maximum: 599 } } as const;

/** Keys that would be mistaken for something of JavaScript's own are no names. */
export const NAMES = { pattern: '^[A-Za-z][A-Za-z0-9_-]*$', not: { enum: ['constructor', 'prototype'] } } as const;
