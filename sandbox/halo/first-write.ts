import { isRecord, type HaloRecord, type Json, textOf } from './record.ts';

/**
 * What people report of Halo: the first write of a custom field on a record adds the field, but loses its value.
 *
 * @param names Fields that behave so.
 * @returns What is stored of `sent`.
 */
export function withoutFirstValues(
  sent: HaloRecord,
  before: HaloRecord | undefined,
  names: readonly string[],
): HaloRecord {
  const { customfields } = sent;
  if (names.length === 0 || !Array.isArray(customfields)) return sent;
  const known = new Set(fieldsOf(before?.['customfields']).map(({ name }) => name));
  const isLost = (item: Json): boolean =>
    isRecord(item) && names.includes(textOf(item['name'])) && !known.has(item['name'] ?? null);
  return {
    ...sent,
    customfields: customfields.map((item) => (isLost(item) && isRecord(item) ? { ...item, value: null } : item)),
  };
}

function fieldsOf(list: Json | undefined): HaloRecord[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}
