import type { Operation } from '../../connector/request.ts';
import type { OperationFixture } from '../fixtures.ts';
import type { Place } from '../types.ts';

/** `tickets.list`. */
export function nameOf({ entity, name }: Operation): string {
  return `${entity.name}.${name}`;
}

/** An operation in its entity's file, or a part of it. */
export function operationPlace(operation: Operation, part = ''): Place {
  const { entity, name } = operation;
  const path = part === '' ? `operations.${name}` : `operations.${name}.${part}`;
  return { subject: nameOf(operation), file: `entities/${entity.name}.json`, path };
}

/** A fixture, or a part of it. */
export function fixturePlace({ file, entity, operation }: OperationFixture, path = ''): Place {
  return { subject: `${entity}.${operation}`, file, path };
}

/** A part of connector.json. */
export function connectorPlace(path: string, subject = 'connector'): Place {
  return { subject, file: 'connector.json', path };
}
