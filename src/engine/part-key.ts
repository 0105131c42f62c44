/**
 * Key of one of the records that a record was split into.
 *
 * The first keeps the record's own key, so that its link stays when one item becomes several.
 */
export function partKey(key: string, index: number): string {
  return index === 0 ? key : `${key}#${index + 1}`;
}
