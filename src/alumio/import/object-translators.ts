import type { ImportContext, ImportedDocument, Outcome } from './import.ts';
import { type AlumioObject, parametersOf } from './read-export.ts';
import { worstFate } from './report.ts';
import { fateOf, translateChain, type TranslatedChain } from './translate-steps.ts';
import { saysNothing } from './translate-part.ts';
import { isObject } from '../../core/record.ts';

/** Makes a document of an object, or says why not. */
type ObjectTranslator = (object: AlumioObject, context: ImportContext) => Outcome;

/** Translators by the type of an object. */
export const objectTranslators: ReadonlyMap<string, ObjectTranslator> = new Map<string, ObjectTranslator>([
  ['list-transformer', transformer],
  ['storage', storage],
  ['entity', entity],
  ['http-client', httpClient],
  ['incoming-configuration', incoming],
  ['outgoing-configuration', outgoing],
  ['route-configuration', route],
  ['scheduler-entry', schedule],
  ['transformer-test', test],
  ['incoming-transformer-test', test],
  ['http-client-test', () => leftOut('the test of a client is made by "sluice check <client>" here')],
  [
    'environment-variable',
    () => leftOut('values of variables are not carried over: set the variable where the server starts'),
  ],
]);

function leftOut(...notes: string[]): Outcome {
  return { fate: 'left-out', notes, steps: [], uses: [] };
}

function transformer(object: AlumioObject, context: ImportContext): Outcome {
  const { prototype, parameters, disabled } = object;
  const chain = translateChain([{ prototype, parameters }], 'object', context);
  const identifier = context.transformerNames.of(object.identifier);
  const notes = disabled ? ['it is disabled in the export; saved transformers run here when something uses them'] : [];
  return { ...chainOutcome(object, identifier, chain), notes };
}

function chainOutcome(object: AlumioObject, identifier: string, chain: TranslatedChain): Outcome {
  const document: ImportedDocument = {
    ...envelope(object),
    kind: 'transformer',
    identifier,
    spec: { transformers: chain.steps },
  };
  return { document, fate: fateOf(chain.reports), notes: [], steps: chain.reports, uses: chain.uses };
}

function envelope({ name, description }: AlumioObject): { name?: string; description?: string } {
  return {
    ...(name.trim() !== '' && { name: name.trim().slice(0, 255) }),
    ...(description.trim() !== '' && { description: description.trim().slice(0, 60_000) }),
  };
}

function storage(object: AlumioObject, context: ImportContext): Outcome {
  const notes = ['its entries are not in the export: copy them, or let the chains that write them run once'];
  if (object.parameters['enablePruning'] === true)
    notes.push('pruning has no counterpart here: remove old entries by hand');
  const document: ImportedDocument = {
    ...envelope(object),
    kind: 'storage',
    identifier: context.storageNames.of(object.identifier),
    spec: {},
  };
  return { document, fate: notes.length > 1 ? 'approximated' : 'translated', notes, steps: [], uses: [] };
}

function entity({ parameters: { identifierPath, schema } }: AlumioObject): Outcome {
  const path = Array.isArray(identifierPath) ? identifierPath.join('.') : '';
  const notes = [
    path === ''
      ? 'it names no path of what tells entities apart'
      : `"${path}" tells entities apart in chains of the export; in an incoming the key of the connector's entity does`,
  ];
  if (!saysNothing(schema))
    notes.push('its schema is not checked: put it into a step "check-schema" where it should be');
  return { fate: 'approximated', notes, steps: [], uses: [] };
}

function httpClient({ identifier, prototype = '', parameters }: AlumioObject): Outcome {
  const fields = Object.keys(parameters).filter((key) => !saysNothing(parameters[key]));
  return leftOut(
    `clients of "${prototype}" are not carried over: make a client "${identifier}" with its connector, or with the connector "http" (fields of the export: ${fields.join(', ')})`,
  );
}

/** Incomings, outgoings and routes need a client: their steps are kept under a name, the rest is said. */
function stepsOf(object: AlumioObject, role: string, context: ImportContext, notes: readonly string[]): Outcome {
  const { transformers, entityType } = object.parameters;
  const type = typeof entityType === 'string' ? entityType : undefined;
  const chain = translateChain(transformers, 'transformers', context, type);
  const subscriber = object.parameters['subscriber'];
  const input = isObject(subscriber) ? parametersOf(subscriber)['transformer'] : undefined;
  const prepared = translateChain(input, 'subscriber.transformer', context);
  const inputNotes =
    prepared.steps.length === 0
      ? []
      : [`steps before the request, for "requestTransformers": ${JSON.stringify(prepared.steps)}`];
  const all = [...notes, ...inputNotes];
  if (chain.steps.length === 0) return { ...leftOut(...all), steps: prepared.reports };
  const identifier = context.transformerNames.of(`${role}-${object.identifier}`);
  const kept = chainOutcome(object, identifier, chain);
  const note = `its steps are the saved transformer "${identifier}": use { "type": "chain", "use": "${identifier}" }`;
  return {
    ...kept,
    fate: worstFate([kept.fate, 'approximated']),
    notes: [note, ...all],
    steps: [...prepared.reports, ...kept.steps],
  };
}

function incoming(object: AlumioObject, context: ImportContext): Outcome {
  const subscriber = object.parameters['subscriber'];
  const prototype = isObject(subscriber) ? String(subscriber['prototype']) : '(none)';
  const parameters = isObject(subscriber) ? parametersOf(subscriber) : {};
  const { client, request, pagination, deserializer, storage: source } = parameters;
  const facts = [
    ...fact('client', client),
    ...fact('address', isObject(request) ? request['uri'] : undefined),
    ...fact('records at', isObject(deserializer) ? parametersOf(deserializer)['pattern'] : undefined),
    ...fact(
      'paging',
      isObject(pagination)
        ? `${String(pagination['prototype'])} ${JSON.stringify(parametersOf(pagination))}`
        : undefined,
    ),
    ...fact('storage', source),
  ];
  return stepsOf(object, 'incoming', context, [
    `the subscriber "${prototype}" is not carried over: make an incoming by hand (${facts.join(', ')})`,
  ]);
}

function fact(name: string, value: unknown): string[] {
  return typeof value === 'string' && value !== '' ? [`${name} ${value}`] : [];
}

function outgoing(object: AlumioObject, context: ImportContext): Outcome {
  const publisher = object.parameters['publisher'];
  const prototype = isObject(publisher) ? String(publisher['prototype']) : '(none)';
  return stepsOf(object, 'outgoing', context, [
    `the publisher "${prototype}" is not carried over: make an outgoing by hand`,
  ]);
}

function route(object: AlumioObject, context: ImportContext): Outcome {
  const { incoming: from, outgoing: to, waitingStatus, realtime } = object.parameters;
  const notes = [`make a route by hand from incoming "${String(from)}" to outgoing "${String(to)}"`];
  if (waitingStatus === true)
    notes.push('it ends its tasks as waiting until the target reports back, which has no counterpart here');
  if (realtime === true) notes.push('it publishes at once, as every route does here');
  return stepsOf(object, 'route', context, notes);
}

function schedule({ parameters: { job, expression }, disabled }: AlumioObject): Outcome {
  const jobs = Array.isArray(job) ? job.filter(isObject) : [];
  const notes = jobs.map((each) => {
    const { incoming: name, route: path, numTasks } = parametersOf(each);
    if (each['prototype'] === 'run-incoming')
      return `set "schedule": { "cron": "${String(expression)}" } at the incoming "${String(name)}"`;
    if (each['prototype'] !== 'run-outgoing') return `the job "${String(each['prototype'])}" has no counterpart here`;
    const limit = typeof numTasks !== 'number' ? '' : `; ${numTasks} tasks a run become "limits" of the client`;
    return `the route "${String(path)}" publishes by itself and needs no schedule${limit}`;
  });
  return leftOut(...notes, ...(disabled ? ['it is switched off in the export'] : []));
}

/** Tests are run after the import; what came of them stands in its report. */
function test({ owner }: AlumioObject): Outcome {
  return {
    fate: 'translated',
    notes: [`belongs to "${owner ?? ''}"; see the results of the tests`],
    steps: [],
    uses: [],
  };
}
