import { isObject } from '../../core/record.ts';
import { callStep } from './call-step.ts';
import type { ImportContext, ImportedDocument, Made, Outcome } from './import.ts';
import { leftovers, shown } from './leftovers.ts';
import { type AlumioObject, parametersOf } from './read-export.ts';
import { type Fate, worstFate } from './report.ts';
import { chainOutcome, envelope, leftOut } from './outcomes.ts';
import { translateSubscriber } from './subscribers.ts';
import { saysNothing } from './translate-part.ts';
import { type Step, translateChain, type TranslatedChain } from './translate-steps.ts';
import { Untranslatable } from './untranslatable.ts';

/** An incoming, and its steps as a saved transformer, which tests of the export belong to. */
export function incoming(object: AlumioObject, context: ImportContext): Outcome {
  const { subscriber } = object.parameters;
  const input = isObject(subscriber) ? parametersOf(subscriber)['transformer'] : undefined;
  const prepared = translateChain(input, 'subscriber.transformer', context);
  const isRouted = context.routed.has(object.identifier);
  const made = flow(object, 'incoming', context, prepared, (steps) => {
    const made = translateSubscriber(object, prepared.steps, context);
    const cron = context.schedules.get(object.identifier);
    const left = leftovers(object.parameters, ['subscriber', 'transformers', 'entityType'], 'the incoming');
    return {
      spec: {
        subscriber: made.subscriber,
        transformers: [...made.steps, ...steps],
        ...(cron !== undefined && { schedule: { cron } }),
      },
      notes: [
        ...made.notes,
        ...left,
        ...(isRouted ? [] : [UNROUTED]),
        'it is switched off: look at its client, then switch it on',
      ],
      isOff: true,
      fate: made.notes.length + left.length > 0 ? 'approximated' : 'translated',
    };
  });
  const { document, more = [] } = made;
  if (isRouted || document?.kind !== 'incoming') return made;
  return { ...made, more: [...more, ...endOf(object, document.identifier, context)] };
}

const UNROUTED =
  'no route takes from it: one that sends nothing was made, since steps of an incoming run for its routes; each record is a task there';

/** An outgoing that sends nothing and a route to it, for an incoming whose steps are all that it is there for. */
function endOf({ identifier, name }: AlumioObject, incomingId: string, context: ImportContext): Made[] {
  const [target, id] = [context.claim('outgoing', `${identifier}-end`), context.claim('route', `${identifier}-end`)];
  const named = name.trim() === '' ? {} : { name: `${name.trim().slice(0, 200)} (end)` };
  const sink: ImportedDocument = {
    ...{ ...named, kind: 'outgoing', identifier: target },
    spec: { publisher: { type: 'none' }, transformers: [] },
  };
  const path: ImportedDocument = {
    ...{ ...named, kind: 'route', identifier: id },
    spec: { incoming: incomingId, outgoing: target, transformers: [] },
  };
  const uses = [`incoming/${incomingId}`, `outgoing/${target}`];
  return [
    { document: sink, steps: [], uses: [] },
    { document: path, steps: [], uses },
  ];
}

export function outgoing(object: AlumioObject, context: ImportContext): Outcome {
  const { publisher } = object.parameters;
  return flow(object, 'outgoing', context, undefined, (steps) => {
    const prototype = isObject(publisher) ? publisher['prototype'] : undefined;
    const left = leftovers(object.parameters, ['publisher', 'transformers', 'entityType'], 'the outgoing');
    if (prototype === 'no-action-publisher' || saysNothing(publisher)) {
      const fate = left.length > 0 ? 'approximated' : 'translated';
      return { spec: { publisher: { type: 'none' }, transformers: steps }, notes: left, fate };
    }
    if (prototype !== 'http-publisher') {
      throw new Untranslatable(`the publisher "${String(prototype)}" has no counterpart here`);
    }
    const notes = [...left];
    const { request, ...rest } = parametersOf(publisher as { readonly parameters: unknown });
    const body = isObject(request) && saysNothing(request['payload']) ? { payload: '&{@}' } : {};
    const call = callStep(
      { ...rest, request: { ...(isObject(request) && request), ...body } },
      { calls: context.calls, approximate: (text) => notes.push(text) },
      'POST',
    );
    notes.push(
      'its call is a step: a publisher "connector" would also know what is there already, and what is uncertain',
    );
    return { spec: { publisher: { type: 'none' }, transformers: [...steps, call] }, notes, fate: 'approximated' };
  });
}

export function route(object: AlumioObject, context: ImportContext): Outcome {
  const { incoming: from, outgoing: to, waitingStatus, realtime, ...others } = object.parameters;
  return flow(object, 'route', context, undefined, (steps) => {
    const notes = leftovers(others, ['entityType', 'transformers'], 'the route');
    const isSame = notes.length === 0 && waitingStatus !== true;
    if (waitingStatus === true)
      notes.push('it ends its tasks as waiting until the target reports back, which has no counterpart here');
    if (realtime === true) notes.push('it publishes at once, as every route does here');
    const [source, target] = [context.documentOf('incoming', from), context.documentOf('outgoing', to)];
    return {
      spec: { incoming: source, outgoing: target, transformers: steps },
      uses: [`incoming/${source}`, `outgoing/${target}`],
      notes,
      fate: isSame ? 'translated' : 'approximated',
    };
  });
}

interface Spec {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly uses?: readonly string[];
  readonly notes: readonly string[];
  readonly fate: Fate;
  readonly isOff?: true;
}

/** A document, and its steps as a saved transformer. Where there can be no document, the steps are kept all the same. */
function flow(
  object: AlumioObject,
  role: 'incoming' | 'outgoing' | 'route',
  context: ImportContext,
  prepared: TranslatedChain | undefined,
  make: (steps: readonly Step[]) => Spec,
): Outcome {
  const { transformers } = object.parameters;
  const chain = translateChain(transformers, 'transformers', context, context.entityTypeOf(object));
  const saved = context.transformerNames.of(`${role}-${object.identifier}`);
  const kept = chain.steps.length === 0 ? undefined : chainOutcome(object, saved, chain);
  const steps = [...(prepared?.reports ?? []), ...chain.reports];
  const fates = steps.map(({ fate }) => fate);
  const extra = kept?.document ? [{ document: kept.document, uses: kept.uses, steps: chain.reports }] : [];
  try {
    const made = make(kept ? [{ type: 'chain', use: saved }] : []);
    const document = documentOf(object, role, context, made);
    const uses = [...(kept ? [`transformer/${saved}`] : []), ...(made.uses ?? [])];
    const shown = made.isOff && object.disabled ? ['it is disabled in the export'] : [];
    return {
      document,
      fate: worstFate([made.fate, ...fates]),
      notes: [...made.notes, ...shown],
      steps,
      uses,
      more: extra,
    };
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    const notes = [`${error.message}: make the ${role} by hand`, ...facts(object)];
    if (!kept) return { ...leftOut(...notes), steps };
    const note = `its steps are the saved transformer "${saved}": use { "type": "chain", "use": "${saved}" }`;
    return { ...kept, fate: worstFate([kept.fate, 'approximated']), notes: [note, ...notes], steps };
  }
}

function documentOf(
  object: AlumioObject,
  role: 'incoming' | 'outgoing' | 'route',
  context: ImportContext,
  { spec, isOff }: Spec,
): ImportedDocument {
  const identifier = context.claim(role, object.identifier);
  const isDisabled = isOff === true || object.disabled;
  return { ...envelope(object), kind: role, identifier, ...(isDisabled && { disabled: true }), spec };
}

/** What has to be known to make it by hand. */
function facts({ parameters: { subscriber, publisher } }: AlumioObject): string[] {
  const given = isObject(subscriber) ? subscriber : publisher;
  return isObject(given) ? [`in the export: ${shown(given)}`] : [];
}
