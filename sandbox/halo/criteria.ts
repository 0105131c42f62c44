import { message, Refusal } from './answer.ts';
import { parseDate } from './dates.ts';
import type { Entity } from './entity.ts';
import { isRecord, textOf, type HaloRecord, type Json } from './record.ts';
import { CLOSED_STATUS_ID } from './seed/configuration.ts';

/** Says whether a record belongs to the list. */
type Test = (record: HaloRecord) => boolean;

/** What a list asks for, apart from its page. */
export interface Criteria {
  readonly wantsDeleted: boolean;
  readonly wantsInactive: boolean;
  readonly wantsActive: boolean;
  /** Bounds of the last change, both included. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly tests: readonly Test[];
  readonly orders: readonly { readonly field: string; readonly isDescending: boolean }[];
}

const SEARCHED = ['id', 'summary', 'name', 'inventory_number', 'key_field', 'emailaddress'];
/** Halo's spelling of the parameter's values → the field. */
const DATE_FIELDS: Readonly<Record<string, string>> = { dateoccured: 'dateoccurred', datecleared: 'dateclosed' };

/** Reads the query of a list. Parameters that nobody knows are ignored, as Halo does. */
export function readCriteria(entity: Entity, query: URLSearchParams): Criteria {
  const wantsInactive = isTrue(query.get('includeinactive')) || isTrue(query.get('includedisabled'));
  return {
    wantsDeleted: entity.name === 'tickets' && isTrue(query.get('deleted')),
    wantsInactive,
    wantsActive: !(wantsInactive && query.get('includeactive')?.toLowerCase() === 'false'),
    fromMs: entity.hasDelta ? readDate(query, 'lastupdatefromdate') : undefined,
    toMs: entity.hasDelta ? readDate(query, 'lastupdatetodate') : undefined,
    tests: [
      ...fieldTests(entity, query),
      ...dateTests(entity, query),
      ...searchTests(query),
      ...openTests(entity, query),
    ],
    orders: readOrders(query),
  };
}

/** True for `true` in any case, which is how .NET reads it. */
export function isTrue(text: string | null): boolean {
  return text?.toLowerCase() === 'true';
}

/** Several values come with commas (`1,2`) or as JSON (`[1,2]`). */
function fieldTests(entity: Entity, query: URLSearchParams): Test[] {
  const tests: Test[] = [];
  for (const [parameter, field] of Object.entries(entity.filters)) {
    const values = splitValues(query.get(parameter) ?? '');
    if (values.size > 0) tests.push((record) => values.has(textOf(record[field]).toLowerCase()));
  }
  return tests;
}

function splitValues(text: string): Set<string> {
  const parts = text.replace(/^\[(.*)\]$/, '$1').split(',');
  return new Set(
    parts
      .map((part) =>
        part
          .trim()
          .replace(/^"(.*)"$/, '$1')
          .toLowerCase(),
      )
      .filter((part) => part !== ''),
  );
}

function dateTests(entity: Entity, query: URLSearchParams): Test[] {
  if (entity.dates === undefined) return [];
  const { from, to, field, fieldParameter } = entity.dates;
  const chosen = fieldParameter === undefined ? null : query.get(fieldParameter);
  // On tickets the dates do nothing without the name of a date field.
  if (entity.name === 'tickets' && !chosen) return [];
  const name = chosen ? (DATE_FIELDS[chosen] ?? chosen) : field;
  const fromMs = readDate(query, from) ?? -Infinity;
  const toMs = readDate(query, to) ?? Infinity;
  if (fromMs === -Infinity && toMs === Infinity) return [];
  return [(record) => isWithin(parseDate(textOf(record[name])), fromMs, toMs)];
}

function isWithin(epochMs: number | undefined, fromMs: number, toMs: number): boolean {
  return epochMs !== undefined && epochMs >= fromMs && epochMs <= toMs;
}

function readDate(query: URLSearchParams, parameter: string): number | undefined {
  const text = query.get(parameter);
  if (text === null || text === '') return undefined;
  const epochMs = parseDate(text);
  if (epochMs === undefined) throw new Refusal(message(400, 'The request is invalid.'));
  return epochMs;
}

function searchTests(query: URLSearchParams): Test[] {
  const tests: Test[] = [];
  const contains = (fields: readonly string[], text: string): Test => {
    const wanted = text.toLowerCase();
    return (record) => fields.some((field) => textOf(record[field]).toLowerCase().includes(wanted));
  };
  for (const [parameter, text] of query) {
    if (text === '') continue;
    if (parameter === 'search') tests.push(contains(searchedFields(query), text));
    else if (parameter === 'advanced_search') tests.push(...advancedTests(text));
    else if (SEARCH_ONE[parameter] !== undefined) tests.push(contains(SEARCH_ONE[parameter], text));
  }
  return tests;
}

/** Search parameters over one field. */
const SEARCH_ONE: Readonly<Record<string, readonly string[]>> = {
  search_summary: ['summary'],
  search_details: ['details'],
  search_user_name: ['user_name'],
  search_reportedby: ['user_name'],
  search_inventory_number: ['inventory_number'],
};

function searchedFields(query: URLSearchParams): readonly string[] {
  if (isTrue(query.get('search_name_only'))) return ['name'];
  return isTrue(query.get('search_inventory_number_only')) ? ['inventory_number'] : SEARCHED;
}

/** `[{filter_name, filter_type, filter_value}]`; type 2 is "equals", the others are not known and do nothing. */
function advancedTests(text: string): Test[] {
  const filters = parseFilters(text);
  return filters.filter(({ filter_type }) => Number(filter_type) === 2).map(equalsTest);
}

function parseFilters(text: string): HaloRecord[] {
  try {
    const filters = JSON.parse(text) as Json;
    if (Array.isArray(filters) && filters.every(isRecord)) return filters;
  } catch {
    // Refused below, like JSON that is not a list.
  }
  throw new Refusal(message(400, 'The request is invalid.'));
}

function equalsTest({ filter_name, filter_value }: HaloRecord): Test {
  const name = textOf(filter_name);
  const value = textOf(filter_value).toLowerCase();
  return (record) => textOf(record[name] ?? customValue(record, name)).toLowerCase() === value;
}

function customValue(record: HaloRecord, name: string): Json | undefined {
  if (!Array.isArray(record.customfields)) return undefined;
  return record.customfields.filter(isRecord).find((field) => field.name === name)?.value;
}

function openTests(entity: Entity, query: URLSearchParams): Test[] {
  if (entity.name !== 'tickets') return [];
  const tests: Test[] = [];
  if (isTrue(query.get('open_only'))) tests.push((record) => record.status_id !== CLOSED_STATUS_ID);
  if (isTrue(query.get('closed_only'))) tests.push((record) => record.status_id === CLOSED_STATUS_ID);
  return tests;
}

function readOrders(query: URLSearchParams): Criteria['orders'] {
  return ['', '2', '3', '4', '5'].flatMap((suffix) => {
    const field = query.get(`order${suffix}`);
    return field ? [{ field, isDescending: isTrue(query.get(`orderdesc${suffix}`)) }] : [];
  });
}
