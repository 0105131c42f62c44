import type { DataRecord, Step } from '../types.ts';
import { conditionText } from './condition-words.ts';

const MOST = 120;
/** Fields of a map that are told with what they are made of. */
const FIELDS = 3;

/** One line on what a step does, from its options. */
export function stepSummary(step: Step): string {
  const { name } = step;
  if (typeof name === 'string' && name !== '') return name;
  const options = Object.entries(step).filter(([key]) => key !== 'type' && key !== 'disabled');
  const told = options.map(([key, value]) => optionText(key, value)).join(', ');
  return told.length > MOST ? `${told.slice(0, MOST - 1)}…` : told;
}

function optionText(key: string, value: unknown): string {
  if (key === 'when') return `when ${conditionText(value)}`;
  if (key === 'fields' && isRecord(value)) return fieldsText(value);
  return `${key}: ${valueText(value)}`;
}

/** What a field is made of where that is a short text, else its name alone. */
function fieldsText(fields: DataRecord): string {
  const entries = Object.entries(fields);
  const told = entries.slice(0, FIELDS).map(([name, from]) => (typeof from === 'string' ? `${name} ← ${from}` : name));
  return [...told, ...(entries.length > FIELDS ? [`${entries.length - FIELDS} more`] : [])].join(', ');
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) {
    const words = value.every((item) => typeof item === 'string');
    return words ? value.join(', ') : `${value.length} items`;
  }
  if (!isRecord(value)) return String(value);
  const keys = Object.keys(value);
  return keys.length > 3 ? `${keys.slice(0, 3).join(', ')} and ${keys.length - 3} more` : JSON.stringify(value);
}

function isRecord(value: unknown): value is DataRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
