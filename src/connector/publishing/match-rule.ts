import { getPath, parsePath, type FieldPath } from '../../core/field-path.ts';
import type { DataRecord } from '../../core/record.ts';
import { compileExclusions, type ExclusionSpec } from './exclusions.ts';
import { normalised, type Normaliser } from './normalise.ts';

/** What is done when several records of the target match. */
export type OnSeveral = 'fail' | 'first' | 'newest' | 'skip';

/** A match rule as a document says it. */
export interface MatchRuleSpec {
  readonly fields: readonly string[];
  readonly scope?: readonly string[];
  readonly normalise?: readonly Normaliser[] | Readonly<Record<string, readonly Normaliser[]>>;
  readonly exclude?: ExclusionSpec;
  readonly optional?: boolean;
  readonly onSeveral?: OnSeveral;
}

/** A match rule, compiled. */
export interface MatchRule {
  /** Name of its index of target records: equal for rules that compare in the same way. */
  readonly id: string;
  /** All fields that have to be equal, for messages. */
  readonly label: string;
  readonly onSeveral: OnSeveral;
  /** Whether the target may show the fields nowhere. */
  readonly isOptional: boolean;
  /** Field that the target may be searched by; undefined where only an index knows which values are equal. */
  readonly searchField: string | undefined;
  /** The part of a value that belongs to {@link MatchRule.searchField}. */
  readonly searchValue: (value: string) => string;
  /** What a record is looked up by; undefined where it has nothing that tells it from others. */
  readonly valueOf: (record: DataRecord) => string | undefined;
  /** What a record of the target is found by. */
  readonly rowValueOf: (row: DataRecord) => string | undefined;
  /** Whether the target shows the fields at all, whatever stands in them. */
  readonly isCarriedBy: (row: DataRecord) => boolean;
}

interface Part {
  readonly path: FieldPath;
  readonly normalisers: readonly Normaliser[];
  readonly isExcluded: ReturnType<typeof compileExclusions>;
}

/**
 * Compiles one match rule.
 *
 * @throws ConfigError ERR_PATTERN, ERR_FIELD_PATH
 */
export function compileMatchRule(spec: MatchRuleSpec): MatchRule {
  const { fields, scope = [], exclude = {}, onSeveral = 'fail' } = spec;
  const all = [...fields, ...scope];
  const parts = all.map((field, index): Part => {
    const isScope = index >= fields.length;
    const normalisers = normalisersOf(spec, field, isScope);
    return {
      path: parsePath(field),
      normalisers,
      isExcluded: compileExclusions(isScope ? {} : exclude, normalisers),
    };
  });
  const isPlain = parts.every(({ normalisers }) => normalisers.length === 0);
  const suffix = isPlain ? '' : `|${parts.map(({ normalisers }) => normalisers.join('+')).join(',')}`;
  return {
    id: all.join(',') + suffix,
    label: all.join(' and '),
    onSeveral,
    isOptional: spec.optional ?? false,
    searchField: isPlain ? all[0] : undefined,
    searchValue: (value) => (all.length === 1 ? value : ((JSON.parse(value) as string[])[0] ?? '')),
    valueOf: (record) => (isUsable(record, parts) ? valueOf(record, parts) : undefined),
    rowValueOf: (row) => valueOf(row, parts),
    isCarriedBy: (row) => parts.every(({ path }) => getPath(row, path) !== undefined),
  };
}

function normalisersOf({ normalise = [] }: MatchRuleSpec, field: string, isScope: boolean): readonly Normaliser[] {
  if (isList(normalise)) return isScope ? [] : normalise;
  return Object.hasOwn(normalise, field) ? (normalise[field] ?? []) : [];
}

function isList(value: NonNullable<MatchRuleSpec['normalise']>): value is readonly Normaliser[] {
  return Array.isArray(value);
}

function isUsable(record: DataRecord, parts: readonly Part[]): boolean {
  return parts.every(({ path, isExcluded }) => {
    const value = getPath(record, path);
    return value !== undefined && !isExcluded(value);
  });
}

/** The values as one text; undefined when one of them is missing or empty, so that nothing can match. */
function valueOf(record: DataRecord, parts: readonly Part[]): string | undefined {
  const values: string[] = [];
  for (const { path, normalisers } of parts) {
    const value = normalised(getPath(record, path), normalisers);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values.length === 1 ? values[0] : JSON.stringify(values);
}

/** The one of several ids that a rule takes: ids are given out in rising order, so the lowest is the oldest. */
export function pickOne(ids: readonly string[], which: 'first' | 'newest'): string | undefined {
  const sorted = [...ids].sort(compareIds);
  return which === 'first' ? sorted[0] : sorted.at(-1);
}

function compareIds(a: string, b: string): number {
  if (/^\d{1,15}$/.test(a) && /^\d{1,15}$/.test(b)) return Number(a) - Number(b);
  return a < b ? -1 : a > b ? 1 : 0;
}
