import { message, modelError, Refusal } from './answer.ts';
import type { Entity } from './entity.ts';
import { isRecord, type HaloRecord, type Json } from './record.ts';

/** Fields of a record that are ids of others, and so must be whole numbers. */
const REFERENCES = [
  'client_id', 'site_id', 'user_id', 'agent_id', 'status_id', 'tickettype_id', 'priority_id', 'sla_id', 'assettype_id',
  'ticket_id', 'outcome_id', 'action_id', 'supplier_id', 'parent_id', 'toplevel_id',
] as const; // prettier-ignore

/** A number with a decimal point where an id belongs: JSON.parse would make a whole number of `95.0`. */
const DECIMAL_ID = /("(?:[a-z]+_)?id"\s*:\s*)(-?\d+\.\d+)/g;

/**
 * Reads the body of a POST as Halo's model binding does, and refuses all of it when one field has the wrong type.
 *
 * @returns The elements; POST always takes an array.
 */
export function bindElements(entity: Entity, body: string): HaloRecord[] {
  const elements = parseBody(body.replaceAll(DECIMAL_ID, '$1"$2"'));
  if (!Array.isArray(elements) || elements.length === 0) throw new Refusal(message(400, 'The request is invalid.'));
  return elements.map((element, index) => bindElement(entity, element, index, body));
}

function parseBody(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    throw new Refusal(message(400, 'The request is invalid.'));
  }
}

function bindElement(entity: Entity, element: Json, index: number, body: string): HaloRecord {
  const path = `[${index}]`;
  if (!isRecord(element)) {
    throw new Refusal(
      modelError(path, `Error converting value ${JSON.stringify(element)} to an object. Path '${path}'.`),
    );
  }
  if (entity.guidIds !== true) requireInteger(element.id, `${path}.id`, body, false);
  for (const field of REFERENCES) requireInteger(element[field], `${path}.${field}`, body, true);
  return element;
}

function requireInteger(value: Json | undefined, path: string, body: string, allowsNull: boolean): void {
  if (value === undefined || (allowsNull && value === null) || Number.isSafeInteger(value)) return;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const position = body.indexOf(text) + text.length;
  const reason = `Could not convert string to integer: ${text}. Path '${path}', line 1, position ${position}.`;
  throw new Refusal(modelError(path, reason));
}
