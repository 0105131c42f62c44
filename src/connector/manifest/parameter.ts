import { OPERATION_NAME, SOURCE, TEMPLATES } from './parts.ts';

/** Where the values to choose from are read. */
export const OPTIONS = {
  type: 'object',
  description: 'A call that lists the values to choose from; its answer is kept for a minute.',
  properties: {
    operation: { ...OPERATION_NAME, description: 'Call that lists the values, as entity.operation.' },
    value: { type: 'string', description: 'Field of a row that becomes the value.' },
    label: { type: 'string', description: 'Field of a row that people see.' },
    search: { type: 'string', description: 'Query parameter that takes what a person types.' },
    path: { ...TEMPLATES, description: 'Its path parameters, over { config, values }: what is chosen so far.' },
    query: { ...TEMPLATES, description: 'Its query parameters, over { config, values }.' },
  },
  required: ['operation', 'value', 'label'],
  additionalProperties: false,
} as const;

/** One field of the form of a client. */
export const PARAMETER = {
  type: 'object',
  properties: {
    title: { type: 'string', minLength: 1 },
    description: { type: 'string' },
    type: { enum: ['string', 'integer', 'number', 'boolean'], default: 'string' },
    format: { enum: ['uri', 'host'], description: '"uri": an absolute http or https address; "host": a host name.' },
    enum: { type: 'array', items: { type: 'string' }, minItems: 1 },
    enumTitles: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'What people see in place of a value of "enum".',
    },
    pattern: { type: 'string' },
    default: { type: ['string', 'number', 'boolean'] },
    placeholder: { type: 'string' },
    prefix: { type: 'string', description: 'Shown before the field: "https://".' },
    suffix: { type: 'string', description: 'Shown after the field: ".zendesk.com".' },
    required: { type: 'boolean', default: false },
    secret: { type: 'boolean', default: false, description: 'Sealed at rest, never shown again.' },
    multiline: { type: 'boolean', default: false, description: 'Several lines of text, such as a private key.' },
    trimSuffixes: {
      type: 'array',
      items: { type: 'string' },
      description: 'Endings that people paste along and that are cut off, in this order: ["/", "/api"].',
    },
    visibleWhen: {
      type: 'object',
      description: 'The form shows the field only when another one has one of these values.',
      properties: {
        parameter: { type: 'string', description: 'The other parameter.' },
        in: { type: 'array', minItems: 1, description: 'Its values.' },
      },
      required: ['parameter', 'in'],
      additionalProperties: false,
    },
    options: OPTIONS,
    helpUrl: { type: 'string' },
  },
  required: ['title'],
  additionalProperties: false,
} as const;

/** Types of what is sent and stored. */
export const VALUE_TYPES = ['string', 'integer', 'number', 'boolean', 'date', 'array', 'object'] as const;

/** A path or query parameter of an operation: its type alone, or all that is known. */
export const OPERATION_PARAMETER = {
  description: 'A type alone, "integer", or an object that says more.',
  if: { type: 'string' },
  then: { enum: VALUE_TYPES },
  else: {
    type: 'object',
    properties: {
      type: { enum: VALUE_TYPES, default: 'string' },
      description: { type: 'string' },
      required: { type: 'boolean', default: false },
      needs: {
        type: 'array',
        items: { type: 'string' },
        minItems: 1,
        description:
          'Query parameters that have to be given beside it: an id says little without the system it is from.',
      },
      enum: { type: 'array', minItems: 1, description: 'Values it takes; others are sent as they are.' },
      style: { enum: ['comma', 'repeat', 'brackets', 'json'], description: 'How a list is written.' },
      template: {
        type: 'string',
        description: 'What a query parameter is sent as, over { value, config }: a stable order behind every filter.',
      },
      options: OPTIONS,
      example: { description: 'A value as people write it.' },
    },
    additionalProperties: false,
  },
} as const;

/** A field of a record: its type alone, or all that is known. */
export const FIELD = {
  description: 'A type alone, "string", or an object that says more.',
  if: { type: 'string' },
  then: { enum: VALUE_TYPES },
  else: {
    type: 'object',
    properties: {
      type: { enum: VALUE_TYPES, default: 'string', description: 'Type of the value.' },
      title: { type: 'string', description: 'Label that people see.' },
      description: { type: 'string', description: 'What it holds.' },
      items: { enum: VALUE_TYPES, description: 'Type of the items of a list.' },
      enum: { type: 'array', minItems: 1, description: 'Values it is known to have.' },
      readOnly: { type: 'boolean', default: false, description: 'Told by the system, not taken by it.' },
      required: { type: 'boolean', default: false, description: 'A record cannot be created without it.' },
      source: SOURCE,
    },
    additionalProperties: false,
  },
} as const;

type ValueType = (typeof VALUE_TYPES)[number];

/** A path or query parameter as loaded. */
export interface ParameterManifest {
  readonly type: ValueType;
  readonly description?: string;
  readonly required: boolean;
  readonly needs?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly style?: 'comma' | 'repeat' | 'brackets' | 'json';
  readonly template?: string;
  readonly options?: OptionsManifest;
  readonly example?: unknown;
}

/** A field of a record as loaded. */
export interface FieldManifest {
  readonly type: ValueType;
  readonly title?: string;
  readonly description?: string;
  readonly items?: ValueType;
  readonly enum?: readonly unknown[];
  readonly readOnly: boolean;
  readonly required: boolean;
}

/** Where the values of a parameter are read. */
export interface OptionsManifest {
  readonly operation: string;
  readonly value: string;
  readonly label: string;
  readonly search?: string;
  readonly path?: Readonly<Record<string, string | number | boolean | null>>;
  readonly query?: Readonly<Record<string, string | number | boolean | null>>;
}

/** One shared object for each type alone: there are tens of thousands of them. */
const PARAMETERS_BY_TYPE = new Map<string, ParameterManifest>(
  VALUE_TYPES.map((type) => [type, Object.freeze({ type, required: false })]),
);
const FIELDS_BY_TYPE = new Map<string, FieldManifest>(
  VALUE_TYPES.map((type) => [type, Object.freeze({ type, readOnly: false, required: false })]),
);

/** A parameter with its defaults; the type alone stands for the rest. */
export function expandParameter(source: string | Partial<ParameterManifest>): ParameterManifest {
  if (typeof source !== 'string') return { type: 'string', required: false, ...source };
  return PARAMETERS_BY_TYPE.get(source) ?? { type: 'string', required: false };
}

/** A field with its defaults; the type alone stands for the rest. */
export function expandField(source: string | Partial<FieldManifest>): FieldManifest {
  if (typeof source !== 'string') return { type: 'string', readOnly: false, required: false, ...source };
  return FIELDS_BY_TYPE.get(source) ?? { type: 'string', readOnly: false, required: false };
}
