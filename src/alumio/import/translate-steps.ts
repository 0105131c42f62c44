import { isObject } from '../../core/record.ts';
import type { ClientCalls } from './client-calls.ts';
import { type Parameters, parametersOf } from './read-export.ts';
import { type StepReport, worstFate } from './report.ts';
import { hintFor } from './hints.ts';
import { saysNothing } from './translate-part.ts';
import { translators } from './translators.ts';
import { Untranslatable } from './untranslatable.ts';

/** A step as documents hold it. */
export interface Step {
  readonly type: string;
  readonly [option: string]: unknown;
}

/** Everything that translators look up. */
export interface TranslationDeps {
  /** Identifier of the document that a saved transformer became; undefined where the export has none of that name. */
  readonly transformer: (identifier: string) => string | undefined;
  readonly storage: (identifier: string) => string | undefined;
  /** Paths of what tells entities of a type apart; undefined where the export does not say. */
  readonly entityKey: (type: string) => readonly string[] | undefined;
  /** Type of what comes out of a saved transformer of the export. */
  readonly entityAfter: (identifier: string, type: string | undefined) => string | undefined;
  /** Calls that steps make. */
  readonly calls: Pick<ClientCalls, 'step' | 'list' | 'entitiesOf' | 'made'>;
  /** What is wrong with steps by the rules of this platform; empty when nothing is. */
  readonly check: (steps: readonly Step[]) => readonly string[];
}

/** What a translator works with. */
export interface TranslateContext extends TranslationDeps {
  /** Translates a list of steps; `at` is where it stands below the parameters. */
  readonly steps: (list: unknown, at: string) => Step[];
  /** Notes what differs from the original. */
  readonly approximate: (text: string) => void;
  /** Type of the entities at this point, as the chain has set it. */
  readonly entity: { type: string | undefined };
}

/** Writes a step of the export as steps of ours. Throws {@link Untranslatable}. */
export type Translator = (parameters: Parameters, context: TranslateContext) => readonly Step[];

/** A translated chain. */
export interface TranslatedChain {
  readonly steps: readonly Step[];
  readonly reports: readonly StepReport[];
  /** Documents of saved transformers that it runs. */
  readonly uses: readonly string[];
}

/** Translates a chain as an export holds it: steps, and identifiers of saved transformers. */
export function translateChain(list: unknown, at: string, deps: TranslationDeps, entityType?: string): TranslatedChain {
  const reports: StepReport[] = [];
  const uses: string[] = [];
  const entity = { type: entityType };
  const steps = translateList(list, at, { deps, reports, uses, entity });
  return { steps, reports, uses };
}

interface Translation {
  readonly deps: TranslationDeps;
  readonly reports: StepReport[];
  readonly uses: string[];
  readonly entity: { type: string | undefined };
}

function translateList(list: unknown, at: string, translation: Translation): Step[] {
  const items = Array.isArray(list) ? (list as readonly unknown[]) : saysOne(list) ? [list] : [];
  return items.flatMap((item, index) =>
    item === null ? [] : translateItem(item, Array.isArray(list) ? `${at}[${index}]` : at, translation),
  );
}

function saysOne(value: unknown): boolean {
  return typeof value === 'string' || (isObject(value) && Object.keys(value).length > 0);
}

function translateItem(item: unknown, at: string, translation: Translation): readonly Step[] {
  if (typeof item === 'string') return useSaved(item, at, translation);
  const prototype = isObject(item) && typeof item['prototype'] === 'string' ? item['prototype'] : '(none)';
  const place = translation.reports.length;
  translation.reports.push({ at, prototype, fate: 'translated' });
  const report = (part: Pick<StepReport, 'fate' | 'note'>): void => {
    translation.reports[place] = { at, prototype, ...part };
  };
  try {
    const { steps, notes } = translateOne(isObject(item) ? item : {}, prototype, at, translation);
    if (notes.length > 0) report({ fate: 'approximated', note: notes.join('; ') });
    return steps;
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    // Steps inside it are not there either.
    translation.reports.length = place + 1;
    report({ fate: 'left-out', note: error.message });
    return [hole(prototype, error.message)];
  }
}

/** What is not translated must not be passed over: who runs it is told. */
function hole(prototype: string, why: string): Step {
  const plain = why.replaceAll(/([&?$])\{/g, '\\$1{');
  return {
    type: 'fail',
    name: `Not translated: ${prototype}`,
    message: `The step "${prototype}" was not translated from Alumio: ${plain}`,
  };
}

function useSaved(identifier: string, at: string, { deps, reports, uses, entity }: Translation): Step[] {
  const document = deps.transformer(identifier);
  if (document === undefined) {
    const note = `the saved transformer "${identifier}" is not in the export; export it, too`;
    reports.push({ at, prototype: identifier, fate: 'left-out', note });
    return [hole(identifier, note)];
  }
  uses.push(document);
  entity.type = deps.entityAfter(identifier, entity.type);
  reports.push({ at, prototype: identifier, fate: 'translated' });
  return [{ type: 'chain', use: document }];
}

function translateOne(
  item: Parameters,
  prototype: string,
  at: string,
  translation: Translation,
): { steps: readonly Step[]; notes: string[] } {
  const notes: string[] = [];
  const translate = translators.get(prototype);
  if (!translate) throw new Untranslatable(`"${prototype}" has no counterpart here${hintFor(prototype)}`);
  const context: TranslateContext = {
    ...translation.deps,
    entity: translation.entity,
    steps: (list, below) => translateList(list, `${at}.${below}`, translation),
    approximate: (text) => notes.push(text),
  };
  const { parameters, unread } = watched(parametersOf(item));
  const steps = named(translate(parameters, context), item);
  for (const name of unread()) {
    const value = JSON.stringify(parameters[name]).slice(0, 200);
    notes.push(`"${name}" of "${prototype}" is not known here and was ignored: ${value}`);
  }
  const problems = translation.deps.check(steps);
  if (problems.length > 0) throw new Untranslatable(problems.join('; '));
  return { steps, notes };
}

/** Options of steps that change nothing here: keys come without the quotes that paths put around them. */
const NEEDLESS: ReadonlySet<string> = new Set(['stripEnclosures']);

/** Parameters, and the names of those that say something and that nobody has read. */
function watched(given: Parameters): { parameters: Parameters; unread: () => string[] } {
  const read = new Set<string | symbol>();
  const parameters = new Proxy(given, {
    get: (target, name) => {
      read.add(name);
      return typeof name === 'string' && Object.hasOwn(target, name) ? target[name] : undefined;
    },
  });
  const unread = (): string[] =>
    Object.keys(given).filter((name) => !read.has(name) && !NEEDLESS.has(name) && !saysNothing(given[name]));
  return { parameters, unread };
}

/** The name that a person gave the step; what became several steps is named as a chain. */
function named(steps: readonly Step[], { meta }: Parameters): readonly Step[] {
  const name = isObject(meta) && typeof meta['name'] === 'string' ? meta['name'] : '';
  const [only] = steps;
  if (name === '' || !only) return steps;
  return [steps.length === 1 ? { name, ...only } : { type: 'chain', name, steps }];
}

/** The fate of a chain is that of its worst step. */
export function fateOf(reports: readonly StepReport[]): StepReport['fate'] {
  return worstFate(reports.map(({ fate }) => fate));
}
