import { isObject } from '../../core/record.ts';
import { callStep } from './call-step.ts';
import type { ImportContext, ImportedDocument, Outcome } from './import.ts';
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
  return flow(object, 'incoming', context, prepared, (steps) => {
    const made = translateSubscriber(object, prepared.steps, context);
    const cron = context.schedules.get(object.identifier);
    return {
      spec: {
        subscriber: made.subscriber,
        transformers: [...made.steps, ...steps],
        ...(cron !== undefined && { schedule: { cron } }),
      },
      notes: [...made.notes, 'it is switched off: look at its client, then switch it on'],
      isOff: true,
      fate: made.notes.length > 0 ? 'approximated' : 'translated',
    };
  });
}

export function outgoing(object: AlumioObject, context: ImportContext): Outcome {
  const { publisher } = object.parameters;
  return flow(object, 'outgoing', context, undefined, (steps) => {
    const prototype = isObject(publisher) ? publisher['prototype'] : undefined;
    if (prototype === 'no-action-publisher' || saysNothing(publisher)) {
      return { spec: { publisher: { type: 'none' }, transformers: steps }, notes: [], fate: 'translated' };
    }
    if (prototype !== 'http-publisher') {
      throw new Untranslatable(`the publisher "${String(prototype)}" has no counterpart here`);
    }
    const notes: string[] = [];
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
  const { incoming: from, outgoing: to, waitingStatus, realtime } = object.parameters;
  return flow(object, 'route', context, undefined, (steps) => {
    const notes: string[] = [];
    if (waitingStatus === true)
      notes.push('it ends its tasks as waiting until the target reports back, which has no counterpart here');
    if (realtime === true) notes.push('it publishes at once, as every route does here');
    const [source, target] = [context.documentOf('incoming', from), context.documentOf('outgoing', to)];
    return {
      spec: { incoming: source, outgoing: target, transformers: steps },
      uses: [`incoming/${source}`, `outgoing/${target}`],
      notes,
      fate: waitingStatus === true ? 'approximated' : 'translated',
    };
  });
}

interface Made {
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
  make: (steps: readonly Step[]) => Made,
): Outcome {
  const { transformers, entityType } = object.parameters;
  const type = typeof entityType === 'string' ? entityType : undefined;
  const chain = translateChain(transformers, 'transformers', context, type);
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
  { spec, isOff }: Made,
): ImportedDocument {
  const identifier = context.claim(role, object.identifier);
  const isDisabled = isOff === true || object.disabled;
  return { ...envelope(object), kind: role, identifier, ...(isDisabled && { disabled: true }), spec };
}

/** What has to be known to make it by hand. */
function facts({ parameters: { subscriber, publisher } }: AlumioObject): string[] {
  const given = isObject(subscriber) ? subscriber : publisher;
  return isObject(given) ? [`in the export: ${JSON.stringify(given).slice(0, 500)}`] : [];
}
