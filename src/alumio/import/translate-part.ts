import { isObject } from '../../core/record.ts';
import { checkComponent } from '../../core/validation.ts';
import { accessors } from '../accessors/index.ts';
import { conditions } from '../conditions/index.ts';
import { filters } from '../filters/index.ts';
import { mappers } from '../mappers/index.ts';
import type { Part } from '../part.ts';
import { hintFor } from './hints.ts';
import { fitOption } from './fit-option.ts';
import { parametersOf } from './read-export.ts';
import { isKnownByLabel, optionOf, typeOf } from './spellings.ts';
import { Untranslatable } from './untranslatable.ts';

/** A part as documents hold it. */
export interface TranslatedPart {
  readonly type: string;
  readonly [option: string]: unknown;
}

type Note = (text: string) => void;
type Registry = ReadonlyMap<string, Part<unknown>>;

/** Which sort of part stands under an option. */
const SORTS: Readonly<Record<string, { readonly what: string; readonly parts: Registry }>> = {
  accessor: { what: 'accessor', parts: accessors },
  source: { what: 'accessor', parts: accessors },
  destination: { what: 'accessor', parts: accessors },
  mappers: { what: 'mapper', parts: mappers },
  elseMappers: { what: 'mapper', parts: mappers },
  conditions: { what: 'condition', parts: conditions },
  filters: { what: 'condition', parts: filters },
  filter: { what: 'condition', parts: filters },
};

/** What nothing public tells of parts that are otherwise known. */
const UNSURE: Readonly<Record<string, string>> = {
  'storage-entity-filter':
    'the condition of a "storage-entity-filter" is taken for what it filters out, as public exports use it: look whether yours does',
  'string-slugify': 'how "string-slugify" writes letters with marks is not known: here they lose them (ä is a)',
};

/**
 * Translates what stands under an option that holds parts: `{ "prototype", "parameters" }` becomes `{ "type", … }`.
 *
 * @param option Name of the option, which tells the sort of part: `accessor`, `mappers`.
 * @throws Untranslatable for a part that is not known here.
 */
export function translateParts(option: string, value: unknown, note: Note): TranslatedPart[] {
  if (!Object.hasOwn(SORTS, option)) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  // The editor leaves a null, or an empty part, where somebody began to choose one.
  return list.filter((part) => !saysNothing(part)).map((part) => translatePart(option, part, note));
}

/** Like {@link translateParts}, for one part. */
export function translatePart(option: string, value: unknown, note: Note): TranslatedPart {
  const { what, parts } = SORTS[option] ?? { what: option, parts: accessors };
  const prototype = isObject(value) ? value['prototype'] : undefined;
  if (!isObject(value) || typeof prototype !== 'string') throw new Untranslatable(`a ${what} has no "prototype"`);
  const type = typeOf(prototype);
  const known = parts.get(type);
  if (!known) throw new Untranslatable(`the ${what} "${type}" has no counterpart here${hintFor(type)}`);
  const part = { type, ...optionsOf(parametersOf(value), known, note) };
  const { problems } = checkComponent(parts, part, what, '');
  if (problems.length > 0) {
    throw new Untranslatable(
      `the ${what} "${type}" is not as expected: ${problems.map(({ path, message }) => `${path} ${message}`.trim()).join('; ')}`,
    );
  }
  if (Object.hasOwn(UNSURE, type)) note(UNSURE[type] ?? '');
  if (isKnownByLabel(type))
    note(`the ${what} "${prototype}" is understood by its name, as "${type}": ${known.summary}`);
  return part;
}

function optionsOf(
  parameters: Readonly<Record<string, unknown>>,
  { type, options }: Part<unknown>,
  note: Note,
): object {
  const entries = Object.entries(parameters).flatMap(([spelt, given]): [string, unknown][] => {
    const name = optionOf(type, spelt);
    const schema = Object.hasOwn(options.properties ?? {}, name) ? options.properties?.[name] : undefined;
    if (schema !== undefined) {
      const value = fitOption(given, schema);
      return value === undefined ? [] : [[name, translateOption(name, value, note)]];
    }
    const value = given;
    if (!saysNothing(value))
      note(`"${name}" of "${type}" is not known here and was ignored: ${JSON.stringify(value).slice(0, 200)}`);
    return [];
  });
  return Object.fromEntries(entries);
}

function translateOption(name: string, value: unknown, note: Note): unknown {
  if (name === 'condition' && isObject(value)) return { type: value['prototype'] };
  if (!Object.hasOwn(SORTS, name)) return value;
  return Array.isArray(value) ? translateParts(name, value, note) : translatePart(name, value, note);
}

/** An option that has its empty value changes nothing. */
export function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
