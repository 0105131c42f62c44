import type { DataRecord } from '../types.ts';
import { short } from './format.ts';

/** What conditions compare by, and how people say it. */
export const OPERATORS = [
  { value: 'equals', label: 'is exactly' },
  { value: 'notEquals', label: 'is not' },
  { value: 'contains', label: 'contains' },
  { value: 'startsWith', label: 'starts with' },
  { value: 'endsWith', label: 'ends with' },
  { value: 'matches', label: 'matches (RE2)' },
  { value: 'greaterThan', label: 'is more than' },
  { value: 'atLeast', label: 'is at least' },
  { value: 'lessThan', label: 'is less than' },
  { value: 'atMost', label: 'is at most' },
  { value: 'before', label: 'is before' },
  { value: 'after', label: 'is after' },
  { value: 'newerThan', label: 'is newer than' },
  { value: 'olderThan', label: 'is older than' },
  { value: 'exists', label: 'is there' },
  { value: 'empty', label: 'is empty' },
];

/** Of what is there or not, the other way round. */
const OPPOSITES: Readonly<Record<string, string>> = { exists: 'is not there', empty: 'is not empty' };

/** A condition as a sentence: "id is less than 20004 and status is empty". */
export function conditionText(condition: unknown): string {
  if (typeof condition !== 'object' || condition === null) return String(condition);
  const { all, any, not, field, ...rest } = condition as DataRecord;
  if (Array.isArray(all)) return all.map(conditionText).join(' and ');
  if (Array.isArray(any)) return any.map(conditionText).join(' or ');
  if (not !== undefined) return `not (${conditionText(not)})`;
  const tests = Object.entries(rest).map(([operator, operand]) => testText(operator, operand));
  return `${typeof field === 'string' ? field : short(field)} ${tests.join(' and ')}`;
}

function testText(operator: string, operand: unknown): string {
  const label = OPERATORS.find(({ value }) => value === operator)?.label ?? operator;
  if (!(operator in OPPOSITES)) return `${label} ${short(operand, 40)}`;
  return operand === false ? (OPPOSITES[operator] ?? label) : label;
}
