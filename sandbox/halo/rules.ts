import { businessError, notFound, type Answer } from './answer.ts';
import { strikesOf, type ApiContext } from './context.ts';
import type { Entity } from './entity.ts';
import type { Strike } from './faults.ts';
import { textOf, type HaloRecord } from './record.ts';
import type { Row } from './table.ts';

/** The refusal of a change to synthetic records. */
export const READ_ONLY = businessError('Synthetic records cannot be changed');

/** What a posted element changes. */
export type Target =
  /** No id: a new record. */
  | { readonly kind: 'create' }
  /** A stored record, perhaps a deleted one. */
  | { readonly kind: 'update'; readonly row: Row }
  /** A record that the sink has counted instead of storing it. */
  | { readonly kind: 'counted'; readonly id: number }
  /** An id nobody has. */
  | { readonly kind: 'unknown' };

/** Finds what a posted element changes; the id 0 stands for "none yet". */
export function findTarget({ store, sink }: ApiContext, entity: Entity, element: HaloRecord): Target {
  const { id } = element;
  if (!id) return { kind: 'create' };
  const row = store.find(entity.name, textOf(id), entity.parent && textOf(element[entity.parent]));
  if (row !== undefined) return { kind: 'update', row };
  if (typeof id === 'number' && sink.knows(entity.name, id)) return { kind: 'counted', id };
  return { kind: 'unknown' };
}

/** Says why Halo would not take a posted element; undefined when it does. */
export function findRefusal(
  context: ApiContext,
  entity: Entity,
  element: HaloRecord,
  strikes: readonly Strike[],
): Answer | undefined {
  return (
    refuseMarked(element, strikes) ??
    refuseUnknown(context, entity, element) ??
    refuseReadOnly(context, entity, element) ??
    refuseByRule(context, entity, element)
  );
}

function refuseMarked(element: HaloRecord, strikes: readonly Strike[]): Answer | undefined {
  for (const { effect } of strikesOf(strikes, 'refuse')) {
    if (!JSON.stringify(element).includes(effect.marker)) continue;
    return businessError(effect.message ?? 'CODE:APP03/2 Please select the CAB members to approve');
  }
  return undefined;
}

function refuseUnknown(context: ApiContext, entity: Entity, element: HaloRecord): Answer | undefined {
  const target = findTarget(context, entity, element);
  const isDeleted = target.kind === 'update' && target.row.isDeleted && element._recover !== true;
  return target.kind === 'unknown' || isDeleted ? notFound(entity.name, textOf(element.id)) : undefined;
}

/** Synthetic records are computed; a sink takes new ones all the same. */
function refuseReadOnly(context: ApiContext, entity: Entity, element: HaloRecord): Answer | undefined {
  if (!context.store.table(entity.name).isReadOnly) return undefined;
  const isStored = context.settings.sinkMode === 'store' || findTarget(context, entity, element).kind === 'update';
  return isStored ? READ_ONLY : undefined;
}

function refuseByRule(context: ApiContext, entity: Entity, element: HaloRecord): Answer | undefined {
  const isNew = !element.id;
  const { blockedOutcomes, workflowTicketTypes, sinkMode } = context.settings;
  if (entity.name === 'actions') {
    if (isNew && !element.outcome_id && !element.outcome)
      return businessError('An Outcome must be entered for this Action');
    if (blockedOutcomes.includes(Number(element.outcome_id))) {
      return businessError('You do not have access to this Action at the moment');
    }
    const hasTicket = sinkMode === 'count' || context.store.get('tickets', textOf(element.ticket_id)) !== undefined;
    if (!hasTicket) return notFound('tickets', textOf(element.ticket_id));
  }
  if (entity.name === 'asset' && isNew && !element.assettype_id) {
    return businessError('An Asset Type must be entered for this Asset');
  }
  if (entity.name === 'tickets' && isNew && workflowTicketTypes.includes(Number(element.tickettype_id))) {
    return businessError('CODE:APP03/2 Please select the CAB members to approve');
  }
  return undefined;
}
