import type { Json } from '../../core/record.ts';
import type { EntityManifest } from '../manifest-schema.ts';
import type { FieldManifest, ParameterManifest } from '../manifest/parameter.ts';
import type { Action } from './action.ts';
import { inputsOf, type InputValue, mostRecords } from './inputs.ts';

/** A JSON Schema of a value, as descriptions of actions hold it. */
export type ValueSchema = Readonly<Record<string, Json>>;

/** Rows of one answer unless more are asked for, and at most. */
export const ROWS = { standard: 100, most: 10_000 } as const;

const ANYTHING = { type: 'object', additionalProperties: true } as const;

/** Schemas of the values that we read ourselves; records have the one of their entity. */
const CONTROLS: Readonly<Record<string, ValueSchema>> = {
  limit: {
    ...{ type: 'integer', minimum: 1, maximum: ROWS.most, default: ROWS.standard },
    description: 'Most rows of the answer; pages are read until there are so many.',
  },
  fields: {
    ...{ type: 'array', items: { type: 'string' }, minItems: 1 },
    description: 'Fields that rows of the answer have; all of them without it.',
  },
  since: { type: 'string', description: 'Only what changed since then: an ISO date and time.' },
  body: { description: 'What is sent, any JSON.' },
};

/**
 * The schema of an action's input.
 *
 * @param record Schema of one record of the entity: all that is known of it, or a reference to that.
 */
export function inputSchema(action: Action, record: ValueSchema = ANYTHING): ValueSchema {
  const inputs = inputsOf(action);
  return {
    type: 'object',
    properties: Object.fromEntries(inputs.map((input) => [input.name, valueSchema(action, input, record)])),
    required: inputs.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}

/** The schema of what an action answers. */
export function outputSchema({ form }: Action, record: ValueSchema = ANYTHING): ValueSchema {
  switch (form) {
    case 'list':
      return answer({
        count: { type: ['integer', 'null'], description: 'Rows there are, where the system tells.' },
        isComplete: { type: 'boolean', description: 'Whether these are all of them.' },
        rows: { type: 'array', items: record },
      });
    case 'get':
      return answer({ record: { anyOf: [record, { type: 'null' }] } });
    case 'write':
      return answer({ results: { type: 'array', items: resultSchema(record), description: 'One for each record.' } });
    case 'delete':
    case 'call':
      return answer({ answer: { description: 'What the system answered, any JSON; null for nothing.' } });
  }
}

function resultSchema(record: ValueSchema): ValueSchema {
  return answer({
    id: { type: ['string', 'null'], description: 'Id of the stored record; null where the answer does not tell.' },
    error: { type: ['string', 'null'], description: 'Why the system did not take this record; null where it did.' },
    record: { anyOf: [record, { type: 'null' }], description: 'The stored record, as answered.' },
  });
}

function answer(properties: Record<string, ValueSchema>): ValueSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function valueSchema(action: Action, { name, parameter }: InputValue, record: ValueSchema): ValueSchema {
  if (parameter) return parameterSchema(parameter);
  if (name === 'record') return record;
  if (name === 'records') return { type: 'array', items: record, minItems: 1, maxItems: mostRecords(action.operation) };
  return CONTROLS[name] ?? {};
}

function parameterSchema({ type, description, enum: known, example, needs }: ParameterManifest): ValueSchema {
  const words = [
    description,
    known && `Known values: ${known.map(String).join(', ')}.`,
    needs && `Only beside ${needs.join(', ')}.`,
  ].filter((each) => each !== undefined);
  return {
    ...typeSchema(type),
    ...(words.length > 0 && { description: words.join(' ') }),
    // Examples come out of JSON files.
    ...(example !== undefined && { examples: [example as Json] }),
  };
}

/** All that is known of a record of an entity; it may have other fields, and any of them may be empty. */
export function recordSchema({ title, fields = {} }: EntityManifest): ValueSchema {
  return {
    type: 'object',
    title,
    properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)])),
    additionalProperties: true,
  };
}

function fieldSchema({ type, title, description, items, enum: known, readOnly, required }: FieldManifest): ValueSchema {
  const words = [
    title,
    description,
    known && `Known values: ${known.map(String).join(', ')}.`,
    readOnly ? 'Told by the system, not taken by it.' : undefined,
    required ? 'A record cannot be created without it.' : undefined,
  ].filter((each) => each !== undefined);
  const schema = typeSchema(type);
  return {
    ...schema,
    type: [...[schema['type'] as string], 'null'],
    ...(items && { items: typeSchema(items) }),
    ...(words.length > 0 && { description: words.join(' ') }),
  };
}

function typeSchema(type: string): ValueSchema {
  switch (type) {
    case 'date':
      return { type: 'string', description: 'A date, or a date and time, in ISO 8601.' };
    case 'array':
      return { type: 'array', items: {} };
    case 'object':
      return ANYTHING;
    default:
      return { type };
  }
}
