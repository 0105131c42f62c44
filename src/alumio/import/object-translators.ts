import { isObject } from '../../core/record.ts';
import { clientSpec } from './client-spec.ts';
import { incoming, outgoing, route } from './flow-objects.ts';
import type { ImportContext, ImportedDocument, Outcome } from './import.ts';
import { leftovers, shown } from './leftovers.ts';
import { chainOutcome, envelope, leftOut } from './outcomes.ts';
import { type AlumioObject, parametersOf } from './read-export.ts';
import { type Fate, worstFate } from './report.ts';
import { saysNothing } from './translate-part.ts';
import { translateChain } from './translate-steps.ts';

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

function transformer(object: AlumioObject, context: ImportContext): Outcome {
  const { prototype, parameters, disabled } = object;
  const chain = translateChain([{ prototype, parameters }], 'object', context, context.entityTypeOf(object));
  const identifier = context.transformerNames.of(object.identifier);
  const notes = disabled ? ['it is disabled in the export; saved transformers run here when something uses them'] : [];
  return { ...chainOutcome(object, identifier, chain), notes };
}

function storage(object: AlumioObject, context: ImportContext): Outcome {
  const notes = ['its entries are not in the export: copy them, or let the chains that write them run once'];
  const { enablePruning, ...rest } = object.parameters;
  const ttlSeconds = enablePruning === true ? pruningSeconds(rest) : undefined;
  if (enablePruning === true) {
    notes.push(
      ttlSeconds === undefined
        ? `after how long entries are pruned is not understood: set "ttlSeconds" (in the export: ${shown(rest)})`
        : `entries are gone after ${ttlSeconds} seconds ("ttlSeconds")`,
    );
  } else notes.push(...leftovers(rest, ['path', 'logger'], 'the storage'));
  const document: ImportedDocument = {
    ...envelope(object),
    kind: 'storage',
    identifier: context.storageNames.of(object.identifier),
    spec: ttlSeconds === undefined ? {} : { ttlSeconds },
  };
  return { document, fate: notes.length > 1 ? 'approximated' : 'translated', notes, steps: [], uses: [] };
}

/** A time to live that stands anywhere below: a number and a unit. */
function pruningSeconds(given: unknown): number | undefined {
  const found: unknown[] = [];
  const walk = (value: unknown, name: string): void => {
    if (typeof value === 'object' && value !== null) for (const [key, each] of Object.entries(value)) walk(each, key);
    else if (name !== 'path') found.push(value);
  };
  walk(given, '');
  const unit = found.map((value) => /^(minute|hour|day|week|month|year)s?$/i.exec(String(value))?.[1]).find(Boolean);
  const numbers = found.filter((value) => typeof value !== 'boolean' && value !== '' && Number(value) > 0).map(Number);
  const seconds = unit === undefined ? undefined : UNIT_SECONDS[unit.toLowerCase()];
  return seconds !== undefined && numbers.length === 1 ? Math.round((numbers[0] ?? 0) * seconds) : undefined;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ...{ minute: 60, hour: 3600, day: 86_400, week: 604_800, month: 2_592_000, year: 31_536_000 },
};

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

/** A client of the connector "http": the calls that the export makes stand in its definition. */
function httpClient(object: AlumioObject, context: ImportContext): Outcome {
  const { identifier, prototype = '', parameters } = object;
  const spec = clientSpec(object);
  if (!spec) {
    const fields = Object.keys(parameters).filter((key) => !saysNothing(parameters[key]));
    return leftOut(
      `clients of "${prototype}" that tell no address are not carried over: make a client "${identifier}" with its connector, or with the connector "http" (fields of the export: ${fields.join(', ')})`,
    );
  }
  const { authentication, parameters: filled, headers, notes } = spec;
  const name = context.clients.get(identifier)?.document ?? identifier;
  const entities = context.calls.entitiesOf(name);
  const definition = {
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(Object.keys(entities).length > 0 && { entities }),
  };
  const document: ImportedDocument = {
    ...{ ...envelope(object), kind: 'client', identifier: name },
    spec: {
      ...{ connector: 'http', authentication, parameters: filled },
      ...(Object.keys(definition).length > 0 && { definition }),
    },
  };
  return { document, fate: notes.length > 0 ? 'approximated' : 'translated', notes, steps: [], uses: [] };
}

function schedule(
  { parameters: { job, expression, ...others }, disabled }: AlumioObject,
  context: ImportContext,
): Outcome {
  const jobs = Array.isArray(job) ? job.filter(isObject) : [];
  const parts = jobs.map((each): { fate: Fate; note: string } => {
    const { incoming: name, route: path, numTasks } = parametersOf(each);
    if (each['prototype'] === 'run-incoming') {
      const isSet = context.has('incoming', name) && context.schedules.has(String(name));
      const note = `"schedule": { "cron": "${String(expression)}" }`;
      if (isSet) return { fate: 'translated', note: `it is ${note} of the incoming "${String(name)}"` };
      return { fate: 'left-out', note: `set ${note} at the incoming "${String(name)}"` };
    }
    if (each['prototype'] !== 'run-outgoing')
      return { fate: 'left-out', note: `the job "${String(each['prototype'])}" has no counterpart here` };
    const limit = typeof numTasks !== 'number' ? '' : `; ${numTasks} tasks a run become "limits" of the client`;
    const note = `the route "${String(path)}" publishes by itself and needs no schedule${limit}`;
    return { fate: 'approximated', note };
  });
  const left = leftovers(others, ['priority'], 'the schedule');
  const told =
    parts.length > 0 ? parts.map(({ note }) => note) : ['it runs nothing that is known here: it names no job'];
  const notes = [...told, ...left, ...(disabled ? ['it is switched off in the export'] : [])];
  const fate = parts.length === 0 ? 'left-out' : worstFate(parts.map((part) => part.fate));
  return { fate, notes, steps: [], uses: [] };
}

/** Tests are run after the import; what came of them stands in its report. */
function test({ owner, parameters }: AlumioObject): Outcome {
  const rest = leftovers(parameters, ['entity', 'expected'], 'the test');
  return {
    fate: rest.length === 0 ? 'translated' : 'approximated',
    notes: [`belongs to "${owner ?? ''}"; see the results of the tests`, ...rest],
    steps: [],
    uses: [],
  };
}
