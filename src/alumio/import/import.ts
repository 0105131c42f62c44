import { isObject } from '../../core/record.ts';
import { ClientCalls, type KnownClient } from './client-calls.ts';
import { clientSpec } from './client-spec.ts';
import { followEntities } from './entity-types.ts';
import { Names } from './names.ts';
import { objectTranslators } from './object-translators.ts';
import { type AlumioObject, type ExportFile, parametersOf, readExport } from './read-export.ts';
import { countFates, type ImportReport, type ObjectReport } from './report.ts';
import { testsOf, type ImportedTest } from './tests.ts';
import type { Step, TranslationDeps } from './translate-steps.ts';
import { Untranslatable } from './untranslatable.ts';

/** A document that an import makes. */
export interface ImportedDocument {
  readonly kind: 'transformer' | 'storage' | 'client' | 'incoming' | 'outgoing' | 'route';
  readonly identifier: string;
  readonly name?: string;
  readonly description?: string;
  readonly disabled?: true;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** What an object became. */
export interface Outcome extends Pick<ObjectReport, 'fate' | 'notes' | 'steps'> {
  readonly document?: ImportedDocument;
  /** Documents that the document needs, as `transformer/set-title`. */
  readonly uses: readonly string[];
  /** Further documents that it became. */
  readonly more?: readonly Made[];
}

/** A document, its steps, and the documents that it needs. */
export interface Made extends Pick<Outcome, 'steps' | 'uses'> {
  readonly document: ImportedDocument;
}

/** What translators of objects look up. */
export interface ImportContext extends TranslationDeps {
  readonly transformerNames: Names;
  readonly storageNames: Names;
  /** Clients by their names in the export; without those that are not carried over. */
  readonly clients: ReadonlyMap<string, KnownClient>;
  /** Times of incomings, by their names in the export. */
  readonly schedules: ReadonlyMap<string, string>;
  /** Type of the entities that come into the chain of an object; undefined where that is not one, or not told. */
  readonly entityTypeOf: (object: AlumioObject) => string | undefined;
  /** Incomings that a route of the export takes from. */
  readonly routed: ReadonlySet<unknown>;
  /** Gives a document its identifier, and notes that it is there. */
  readonly claim: (kind: FlowKind, name: string) => string;
  /** Whether an object became a document. */
  readonly has: (kind: FlowKind, name: unknown) => boolean;
  /** Identifier of the document of an object. Throws Untranslatable where it became none. */
  readonly documentOf: (kind: FlowKind, name: unknown) => string;
}

type FlowKind = 'incoming' | 'outgoing' | 'route';

/** What an import comes to. */
export interface Import {
  readonly documents: readonly ImportedDocument[];
  readonly tests: readonly ImportedTest[];
  readonly report: ImportReport;
}

/** What an import needs of the platform. */
export interface ImportDeps {
  /** What is wrong with steps; empty when nothing is. Saved transformers and variables count as there. */
  readonly check: (steps: readonly Step[]) => readonly string[];
}

/**
 * Makes documents of the objects of an Alumio export.
 *
 * What cannot be carried over stands in the report. A chain with a step that could not be translated fails at that step, and
 * its document is disabled.
 *
 * @throws ConfigError ERR_ALUMIO_EXPORT with the file and line of the first fault.
 */
export function importAlumio(files: readonly ExportFile[], deps: ImportDeps): Import {
  const { objects, repeats } = dropRepeats(readExport(files));
  const context = contextFor(objects, deps);
  const outcomes = translateAll(objects, context);
  const documents = disableHoles([...outcomes.map(({ outcome }) => outcome), ...madeClients(context)]);
  const reports = [...outcomes.map(({ object, outcome }) => reportOf(object, outcome)), ...repeats];
  return {
    documents,
    tests: testsOf(objects, context),
    report: {
      objects: reports,
      counts: { objects: countFates(reports), steps: countFates(reports.flatMap(({ steps }) => steps)) },
      variables: variablesIn(documents),
    },
  };
}

/** What comes later looks at what came before: routes at incomings, clients at the calls that are made by them. */
const LATER = [
  'incoming-configuration',
  'outgoing-configuration',
  'route-configuration',
  'scheduler-entry',
  'http-client',
];

function translateAll(objects: readonly AlumioObject[], context: ImportContext) {
  const inOrder = [...objects].sort((a, b) => LATER.indexOf(a.type) - LATER.indexOf(b.type));
  const outcomes = new Map(inOrder.map((object) => [object, translate(object, context)]));
  return [...objects].map((object) => ({ object, outcome: outcomes.get(object) as Outcome }));
}

function contextFor(objects: readonly AlumioObject[], { check }: ImportDeps): ImportContext {
  const transformerNames = new Names();
  const storageNames = new Names();
  const named = (type: string): Set<string> =>
    new Set(objects.filter((object) => object.type === type).map(({ identifier }) => identifier));
  const [transformers, storages] = [named('list-transformer'), named('storage')];
  for (const each of transformers) transformerNames.of(each);
  for (const each of storages) storageNames.of(each);
  const keys = new Map(
    objects.filter(({ type }) => type === 'entity').map((object) => [object.identifier, keyOf(object)] as const),
  );
  const types = followEntities(objects);
  const clientIds = new Names();
  const clients = knownClients(objects, clientIds);
  return {
    ...{ transformerNames, storageNames, check, clients, calls: new ClientCalls(clients, clientIds) },
    schedules: schedulesOf(objects),
    routed: new Set(
      objects.filter(({ type }) => type === 'route-configuration').map(({ parameters }) => parameters['incoming']),
    ),
    ...flowNames(),
    transformer: (identifier) => (transformers.has(identifier) ? transformerNames.of(identifier) : undefined),
    storage: (identifier) => (storages.has(identifier) ? storageNames.of(identifier) : undefined),
    entityKey: (type) => keys.get(type),
    entityTypeOf: (object) => oneOf(types.into(object), keys),
    entityAfter: types.after,
  };
}

/** One type for all where the same tells them apart; undefined else. */
function oneOf(types: readonly string[], keys: ReadonlyMap<string, readonly string[] | undefined>): string | undefined {
  const [first] = types;
  if (first === undefined) return undefined;
  return types.every((type) => keys.get(type)?.join() === keys.get(first)?.join()) ? first : undefined;
}

function knownClients(objects: readonly AlumioObject[], names: Names): ReadonlyMap<string, KnownClient> {
  return new Map(
    objects.flatMap((object): [string, KnownClient][] => {
      const spec = object.type === 'http-client' ? clientSpec(object) : undefined;
      if (!spec) return [];
      const baseUri = String(spec.parameters['baseUri']);
      const known = { document: names.of(object.identifier), baseUri, signsIn: !spec.isOpen };
      return [[object.identifier, known]];
    }),
  );
}

/** Clients for calls that name an address and no client. */
function madeClients({ calls }: ImportContext): Outcome[] {
  return [...calls.made].map(([origin, identifier]) => {
    const document: ImportedDocument = {
      ...{ kind: 'client', identifier, name: origin },
      spec: {
        ...{ connector: 'http', authentication: 'none', parameters: { baseUri: origin } },
        definition: { entities: calls.entitiesOf(identifier) },
      },
    };
    return { document, fate: 'translated', notes: [], steps: [], uses: [] };
  });
}

/** Times of incomings, which come switched off anyway; of several for one the first counts. */
function schedulesOf(objects: readonly AlumioObject[]): ReadonlyMap<string, string> {
  const times = new Map<string, string>();
  for (const { type, parameters } of objects) {
    const { job, expression } = parameters;
    if (type !== 'scheduler-entry' || !Array.isArray(job) || typeof expression !== 'string') continue;
    for (const each of job.filter(isObject)) {
      const { incoming } = parametersOf(each);
      if (each['prototype'] === 'run-incoming' && typeof incoming === 'string' && !times.has(incoming))
        times.set(incoming, expression);
    }
  }
  return times;
}

function flowNames(): Pick<ImportContext, 'claim' | 'has' | 'documentOf'> {
  const names = { incoming: new Names(), outgoing: new Names(), route: new Names() };
  const made = new Set<string>();
  return {
    claim: (kind, name) => {
      made.add(`${kind}/${name}`);
      return names[kind].of(name);
    },
    has: (kind, name) => typeof name === 'string' && made.has(`${kind}/${name}`),
    documentOf: (kind, name) => {
      if (typeof name === 'string' && made.has(`${kind}/${name}`)) return names[kind].of(name);
      throw new Untranslatable(`its ${kind} "${String(name)}" is not in the export, or was not carried over`);
    },
  };
}

function keyOf({ parameters: { identifierPath } }: AlumioObject): readonly string[] | undefined {
  const paths: readonly unknown[] = Array.isArray(identifierPath) ? identifierPath : [identifierPath];
  const texts = paths.filter((path): path is string => typeof path === 'string' && path !== '');
  return texts.length === 0 ? undefined : [texts.join('.')];
}

function translate(object: AlumioObject, context: ImportContext): Outcome {
  const translator = objectTranslators.get(object.type);
  if (translator) return translator(object, context);
  return {
    fate: 'left-out',
    notes: [`objects of type "${object.type}" have no counterpart here`],
    steps: [],
    uses: [],
  };
}

function reportOf(object: AlumioObject, { document, fate, notes, steps }: Outcome): ObjectReport {
  const { type, identifier, source } = object;
  return {
    type,
    identifier,
    source,
    fate,
    ...(document && { document: { kind: document.kind, identifier: document.identifier } }),
    notes,
    steps,
  };
}

/** The same object may stand in several exports; of different ones the first counts. */
function dropRepeats(all: readonly AlumioObject[]): { objects: AlumioObject[]; repeats: ObjectReport[] } {
  const first = new Map<string, AlumioObject>();
  const repeats: ObjectReport[] = [];
  for (const object of all) {
    const id = `${object.type}/${object.identifier}`;
    const known = first.get(id);
    if (!known) first.set(id, object);
    else if (contentOf(known) !== contentOf(object)) {
      const note = `another object of this name stands at ${known.source}; that one was taken`;
      repeats.push({
        type: object.type,
        identifier: object.identifier,
        source: object.source,
        fate: 'left-out',
        notes: [note],
        steps: [],
      });
    }
  }
  return { objects: [...first.values()], repeats };
}

function contentOf(object: AlumioObject): string {
  return JSON.stringify({ ...object, source: '' });
}

/** Disables documents whose chain has a hole, and those that need one of them. */
function disableHoles(outcomes: readonly Outcome[]): ImportedDocument[] {
  const made: Made[] = outcomes.flatMap(({ document, steps, uses, more = [] }) => [
    ...(document ? [{ document, steps, uses }] : []),
    ...more,
  ]);
  const reasons = new Map<string, string>();
  for (const { document, steps } of made) {
    const hole = steps.find(({ fate }) => fate === 'left-out');
    if (hole) reasons.set(nameOf(document), `the step "${hole.prototype}" at ${hole.at} was not translated`);
  }
  for (let before = -1; before !== reasons.size;) {
    before = reasons.size;
    for (const { document, uses } of made) {
      const broken = uses.find((use) => reasons.has(use));
      if (broken !== undefined && !reasons.has(nameOf(document)))
        reasons.set(nameOf(document), `it needs the ${broken.replace('/', ' "')}", which is disabled`);
    }
  }
  return made.map(({ document }) => withReason(document, reasons.get(nameOf(document))));
}

function nameOf({ kind, identifier }: ImportedDocument): string {
  return `${kind}/${identifier}`;
}

function withReason(document: ImportedDocument, reason: string | undefined): ImportedDocument {
  if (reason === undefined) return document;
  const description = [`Disabled: ${reason}.`, document.description].filter(Boolean).join('\n\n');
  const { kind, identifier, name, spec } = document;
  return { kind, identifier, ...(name !== undefined && { name }), description, disabled: true, spec };
}

function variablesIn(documents: readonly ImportedDocument[]): string[] {
  const names = [...JSON.stringify(documents).matchAll(/(?<!\\)\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g)].map(
    ([, name = '']) => name,
  );
  return [...new Set(names)].sort();
}
