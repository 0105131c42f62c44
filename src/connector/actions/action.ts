import { ConfigError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { Connector } from '../load.ts';
import type { EntityManifest } from '../manifest-schema.ts';
import { findOperation, type Operation } from '../request.ts';

/** What an action does to the system: what a token may do is told by it. */
export const ACTION_KINDS = ['read', 'write', 'delete'] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

/** What an action takes and answers, by what its operation does. */
export type ActionForm = 'list' | 'get' | 'write' | 'delete' | 'call';

/** One operation as other tools call it: by name, with named values. */
export interface Action {
  /** `tickets.get`, or a name that the connector gives it: `get-ticket-by-id`. */
  readonly name: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly kind: ActionKind;
  readonly form: ActionForm;
  readonly operation: Operation;
}

/**
 * Finds an action of a connector.
 *
 * @param name One that the connector gives, or entity.operation.
 * @throws ConfigError ERR_ACTION_UNKNOWN, ERR_ENTITY_UNKNOWN or ERR_OPERATION_UNKNOWN, with the nearest name.
 */
export function findAction(connector: Connector, name: string): Action {
  const given = connector.manifest.actions ?? {};
  if (Object.hasOwn(given, name)) return namedAction(connector, name);
  const [entity, operation, ...rest] = name.split('.');
  if (entity && operation && rest.length === 0) return actionOf(findOperation(connector, entity, operation));
  const known = [...Object.keys(given), 'tickets.list'];
  throw new ConfigError(
    'ERR_ACTION_UNKNOWN',
    `${connector.name} has no action "${name}"; write <entity>.<operation>${didYouMean(name, known)}`,
  );
}

/** Actions that the connector names: what most people come for. */
export function namedActions(connector: Connector): Action[] {
  return Object.keys(connector.manifest.actions ?? {}).map((name) => namedAction(connector, name));
}

/** Every operation as an action, in the order of names. */
export function* operationActions(connector: Connector): Generator<Action> {
  for (const entity of connector.entities.values()) yield* entityActions(entity);
}

/** The actions of one entity. */
export function entityActions(entity: EntityManifest): Action[] {
  return Object.entries(entity.operations).map(([name, manifest]) => actionOf({ entity, name, manifest }));
}

function namedAction(connector: Connector, name: string): Action {
  const given = connector.manifest.actions?.[name];
  const [entity = '', operation = ''] = given?.operation.split('.') ?? [];
  const action = actionOf(findOperation(connector, entity, operation));
  const { title = action.title, description = action.description } = given ?? {};
  return { ...action, name, title, description };
}

function actionOf(operation: Operation): Action {
  const { entity, name, manifest } = operation;
  const form = formOf(operation);
  return {
    name: `${entity.name}.${name}`,
    title: manifest.title,
    description: manifest.note,
    kind: kindOf(operation, form),
    form,
    operation,
  };
}

function formOf({ name, manifest }: Operation): ActionForm {
  const action: string = manifest.action ?? name;
  switch (action) {
    case 'list':
    case 'get':
    case 'delete':
      return action;
    case 'post':
    case 'create':
    case 'update':
      return 'write';
    default:
      return 'call';
  }
}

/** Only what is known to read counts as reading: a call by POST may do anything. */
function kindOf({ manifest: { method } }: Operation, form: ActionForm): ActionKind {
  if (form === 'delete' || method === 'DELETE') return 'delete';
  return form === 'list' || form === 'get' || method === 'GET' ? 'read' : 'write';
}
