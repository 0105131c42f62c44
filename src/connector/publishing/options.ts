import { NORMALISERS } from './normalise.ts';

const NORMALISER_LIST = {
  type: 'array',
  items: { enum: NORMALISERS },
  description: 'Applied one after the other, to both sides.',
} as const;

/** Schema of one match rule. */
export const MATCH_RULE = {
  type: 'object',
  properties: {
    fields: {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      description:
        'Fields that have to be equal, all of them. Dots lead into objects. Where one is empty or excluded, the rule is passed over.',
    },
    scope: {
      type: 'array',
      items: { type: 'string' },
      default: [],
      description: 'Fields that have to be equal as well, such as client_id; they are not normalised by a list.',
    },
    normalise: {
      description:
        'How values are made comparable: a list for all fields, or lists by field. "mac" compares addresses however they are written, "case" ignores capitals, "digits" looks at nothing else.',
      oneOf: [
        NORMALISER_LIST,
        {
          type: 'object',
          additionalProperties: NORMALISER_LIST,
          description: 'Lists by field.',
        },
      ],
    },
    exclude: {
      type: 'object',
      description: 'Values that many records share and that therefore tell none from another.',
      properties: {
        placeholders: {
          type: 'boolean',
          default: false,
          description:
            'Leaves out what makers write in place of a serial number ("To be filled by O.E.M.", "Default string", "None", 000000).',
        },
        values: {
          type: 'array',
          items: { type: ['string', 'number'] },
          default: [],
          description: 'These values, without regard to case and to space around them.',
        },
        patterns: {
          type: 'array',
          items: { type: 'string' },
          default: [],
          description: 'Values in which one of these regular expressions is found.',
        },
      },
      additionalProperties: false,
    },
    optional: {
      type: 'boolean',
      default: false,
      description:
        'Passes the rule over where no record of the target shows these fields; else that is an error. For columns that stay away until they are used.',
    },
    onSeveral: {
      enum: ['fail', 'first', 'newest', 'skip'],
      default: 'fail',
      description:
        'What is done when several records of the target match: "fail" the task and name them; "first": take the lowest id, "newest": the highest, and say so on the task; "skip" the record.',
    },
  },
  required: ['fields'],
  additionalProperties: false,
} as const;

/** Schema of the rules of fields. */
export const FIELD_RULES = {
  type: 'object',
  default: {},
  additionalProperties: { enum: ['always', 'when-empty', 'create-only', 'never'] },
  description:
    'When a field is written, by its name: "always" (the default), "when-empty": on updates only where the target has nothing in it, "create-only": only with a new record, "never": only used for matching.',
} as const;
