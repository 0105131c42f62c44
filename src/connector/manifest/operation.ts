import { DELTA } from './delta.ts';
import { ERROR_RULE } from './error-rule.ts';
import {
  COMPONENT,
  JSON_TEMPLATE,
  LIMITS,
  NAMED_COMPONENT,
  NAMES,
  OPERATION_NAME,
  SOURCE,
  STATUS,
  STATUSES,
  TEMPLATES,
} from './parts.ts';
import { OPERATION_PARAMETER } from './parameter.ts';

const FOR_EACH = {
  type: 'object',
  description: 'The call is made once for each record of another list: sites of every customer.',
  properties: {
    operation: { ...OPERATION_NAME, description: 'List of the parents, as entity.operation.' },
    path: { ...TEMPLATES, description: 'Path parameters over { parent, config }.' },
    query: { ...TEMPLATES, description: 'Query parameters over { parent, config }.' },
    body: { ...JSON_TEMPLATE, description: 'Body over { parent, config }, laid over that of the operation.' },
    carry: {
      ...TEMPLATES,
      description:
        'Fields added to every row, over { parent, config }. Where a caller names the parent, only those that a path parameter holds too.',
    },
    when: { type: ['object', 'string'], description: 'Condition over a parent; others are passed over.' },
    skipOn: { ...STATUSES, default: [404], description: 'Statuses that mean: this parent has none.' },
  },
  required: ['operation'],
  additionalProperties: false,
} as const;

const DETAIL = {
  type: 'object',
  description: 'A further call for each row, whose answer joins the row.',
  properties: {
    operation: { ...OPERATION_NAME, description: 'Call that knows more, as entity.operation.' },
    path: { ...TEMPLATES, description: 'Path parameters over { record, config }.' },
    query: { ...TEMPLATES, description: 'Query parameters over { record, config }.' },
    when: { type: ['object', 'string'], description: 'Condition over a row; others get no further call.' },
    pick: { type: 'string', default: '', description: 'Part of the answer that is taken; "" is all of it.' },
    into: {
      type: 'string',
      description:
        'Field that it becomes; without it its fields join the row. Several calls for rows of different kinds may share it.',
    },
    cacheBy: {
      type: 'string',
      description: 'Field of a row that changes when the answer would: while it is the same, the kept answer is used.',
    },
    skipOn: { ...STATUSES, default: [404], description: 'Statuses that mean: nothing more is known.' },
    batch: {
      type: 'object',
      description: 'One call for many rows, where the system takes a list of keys.',
      properties: {
        parameter: { type: 'string', description: 'Query parameter that takes the keys.' },
        key: { type: 'string', description: 'Field of a row that is its key.' },
        size: { type: 'integer', minimum: 1, maximum: 1000, default: 50, description: 'Most keys of one call.' },
        records: { type: 'string', default: '', description: 'Path of the rows in the answer.' },
        recordKey: { type: 'string', description: 'Field of an answered row that is the key.' },
      },
      required: ['parameter', 'key', 'recordKey'],
      additionalProperties: false,
    },
  },
  required: ['operation'],
  additionalProperties: false,
} as const;

const BODY = {
  type: 'object',
  properties: {
    encoding: { enum: ['json', 'form', 'text', 'multipart'], default: 'json', description: 'How the body is written.' },
    content: {
      ...JSON_TEMPLATE,
      description: 'What a read sends, over { config, since }; a caller’s own body is laid over it.',
    },
    item: {
      ...JSON_TEMPLATE,
      description: 'What one record is sent as, over { record, id, config }; the record itself by default.',
    },
    wrap: { enum: ['none', 'array'], default: 'none', description: 'Whether records are sent inside a JSON list.' },
    envelope: { ...JSON_TEMPLATE, description: 'What stands around it, over { body, config }: { "data": "&{body}" }.' },
    maxBatch: { type: 'integer', minimum: 1, default: 1, description: 'Most records of one call.' },
    defaultBatch: {
      type: 'integer',
      minimum: 1,
      default: 1,
      description: 'Records of one call where a match rule is set.',
    },
  },
  additionalProperties: false,
} as const;

const ANSWER = {
  type: 'object',
  properties: {
    id: { type: 'string', default: 'id', description: "Path of the stored record's id in an answer row." },
    records: { type: 'string', default: '', description: 'Path of the stored record or records in the answer.' },
    key: {
      type: 'object',
      description:
        'Fields that tell which row belongs to which record. Without it rows are told by their position and by the match rules.',
      properties: {
        record: { type: 'string', description: 'Field of the record that was sent.' },
        row: { type: 'string', description: 'Field of the answer row that repeats it.' },
      },
      required: ['record', 'row'],
      additionalProperties: false,
    },
    failed: {
      type: ['object', 'string'],
      description: 'Condition over a row: its record was refused although the call was answered.',
    },
    message: { type: 'string', description: 'Path in such a row of why.' },
    errors: {
      type: 'object',
      description: 'Where the answer lists refused records by their place in the call.',
      properties: {
        at: { type: 'string', description: 'Path of a list of errors, or of an object whose keys name the place.' },
        place: {
          type: 'string',
          default: 'index',
          description:
            'Path in an error of its place: a number, or a text whose first number it is, as "/data/3/name".',
        },
        message: { type: 'string', description: 'Path in an error of its message; all of it by default.' },
        base: { enum: [0, 1], default: 0, description: 'Place of the first record.' },
      },
      required: ['at'],
      additionalProperties: false,
    },
  },
  additionalProperties: false,
} as const;

/** What an operation does, whatever its name. */
export const ACTIONS = ['list', 'get', 'post', 'create', 'update', 'delete', 'call'] as const;

/** One call on an entity. */
export const OPERATION = {
  type: 'object',
  properties: {
    title: { type: 'string', minLength: 1, description: 'The sentence a person picks from a list.' },
    action: {
      enum: ACTIONS,
      description:
        'What it does; by default its own name, else "call". "post" creates or updates, "create" and "update" do one of both.',
    },
    method: { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] },
    path: { type: 'string', pattern: '^/', description: 'Below the base URL; {name} stands for a path parameter.' },
    pathParameters: { type: 'object', propertyNames: NAMES, additionalProperties: OPERATION_PARAMETER },
    queryParameters: { type: 'object', additionalProperties: OPERATION_PARAMETER },
    query: {
      type: 'object',
      additionalProperties: JSON_TEMPLATE,
      description: 'Sent with every call unless the user gives another value; templates over { config }.',
    },
    headers: { ...TEMPLATES, description: 'Headers of this call besides those of the connector, over { config }.' },
    idParameter: {
      type: 'string',
      description:
        'Path parameter that takes the id of the record that is updated or deleted; by default the last one.',
    },
    paginator: {
      ...NAMED_COMPONENT,
      description:
        'A paginator, or the name of one under "paginators" of the connector. A list has to name one; "single" where all rows come at once.',
    },
    records: {
      type: ['string', 'array'],
      items: { type: 'string' },
      minItems: 1,
      description: 'Path of the rows in the answer; "" is the answer itself; a list is tried in order.',
    },
    shape: { ...COMPONENT, description: 'Form of what stands there, where it is no plain list of rows.' },
    total: { type: 'string', description: 'Path of the number of rows that the source announces.' },
    totalHeader: { type: 'string', description: 'Header of the answer with that number.' },
    compute: {
      ...TEMPLATES,
      description:
        'Fields set in every row, over { record, path, config }: the id that only the path of the call has, or one that some servers spell otherwise.',
    },
    delta: DELTA,
    forEach: FOR_EACH,
    details: { type: 'array', items: DETAIL, description: 'Further calls for each row, in this order.' },
    body: BODY,
    answer: ANSWER,
    errors: { type: 'array', items: ERROR_RULE, description: 'Rules looked at before those of the connector.' },
    limits: { ...LIMITS, description: 'Budgets of this operation alone, besides those of the client.' },
    budgets: {
      type: 'array',
      items: { type: 'string' },
      description: 'Names of budgets of the connector that this call counts for as well.',
    },
    weight: { type: 'integer', minimum: 1, maximum: 1000, description: 'Calls that one counts for; 1 by default.' },
    expects: {
      enum: ['json', 'text', 'bytes'],
      description: 'What the answer holds; bytes become { contentType, filename, base64 }.',
    },
    repeatable: { type: 'boolean', description: 'Whether calling twice changes nothing; true for GET and DELETE.' },
    status: STATUS,
    note: { type: 'string', description: 'What people should know before they choose it.' },
    replacedBy: { ...OPERATION_NAME, description: 'What to use in place of a deprecated operation.' },
    source: SOURCE,
  },
  required: ['title', 'method', 'path'],
  additionalProperties: false,
} as const;
