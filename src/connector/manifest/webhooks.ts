import { JSON_TEMPLATE, OPERATION_NAME, SOURCE, STATUS, TEMPLATES } from './parts.ts';

const RECORD = { type: 'object', additionalProperties: JSON_TEMPLATE } as const;

const FIND = {
  type: 'object',
  properties: {
    operation: { ...OPERATION_NAME, description: 'Call that lists them, as entity.operation.' },
    query: { ...TEMPLATES, description: 'Its query parameters.' },
    field: { type: 'string', minLength: 1, description: 'Field of a row that tells which one it is.' },
  },
  required: ['operation', 'field'],
  additionalProperties: false,
} as const;

const SAVE = {
  type: 'object',
  properties: {
    operation: { ...OPERATION_NAME, description: 'Call that creates or updates one.' },
    record: { ...RECORD, description: 'What is written; fields that become null are left out.' },
  },
  required: ['operation', 'record'],
  additionalProperties: false,
} as const;

/** How a system is told to send what happens. */
export const WEBHOOKS = {
  type: 'object',
  description: 'How the system is told to send its events to us, so that nobody has to set that up by hand.',
  properties: {
    find: { ...FIND, description: 'How a webhook that is there is found; "field" holds its address.' },
    save: {
      ...SAVE,
      description: 'How one is written, over { id, name, url, username, password, config }; id is null for a new one.',
    },
    id: { type: 'string', default: 'id', description: 'Field of its row with its id.' },
    name: { type: 'string', default: 'name', description: 'Field of its row with its name.' },
    subscriptions: {
      type: 'object',
      description: 'Where events are chosen by records of their own, over { webhook, event, title, config }.',
      properties: {
        find: { ...FIND, description: 'How those of a webhook are listed; "field" holds the event.' },
        save: { ...SAVE, description: 'How one is written.' },
      },
      required: ['find', 'save'],
      additionalProperties: false,
    },
    entities: {
      type: 'object',
      minProperties: 1,
      description: 'Entities whose changes it sends.',
      additionalProperties: {
        type: 'object',
        properties: {
          events: {
            type: 'object',
            minProperties: 1,
            additionalProperties: { type: 'string' },
            description: 'Event as the system names it → what people call it.',
          },
          webhook: {
            type: 'object',
            additionalProperties: true,
            description: 'The "webhook" of an incoming that has none yet, without "verify".',
          },
        },
        required: ['events', 'webhook'],
        additionalProperties: false,
      },
    },
    status: STATUS,
    source: SOURCE,
  },
  required: ['find', 'save', 'entities'],
  additionalProperties: false,
} as const;
