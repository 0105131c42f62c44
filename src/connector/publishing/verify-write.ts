import { PublishError } from '../../core/errors.ts';
import { getPath } from '../../core/field-path.ts';
import { type Json, plainText } from '../../core/record.ts';
import { changesOf, type FieldChange } from './field-rules.ts';
import { readOne } from './current.ts';
import type { Item } from './item.ts';
import { type ListKeys, pairItems } from './keyed-lists.ts';
import type { Target } from './target.ts';

/**
 * Reads a record back and compares the fields that are to be verified.
 *
 * @returns What the target did not keep.
 */
export async function lostFields(target: Target, item: Item, id: string, signal: AbortSignal): Promise<FieldChange[]> {
  const stored = (await readOne(target, id, signal)) ?? {};
  return target.verified.flatMap(({ name, path }) => {
    const sent = getPath(item.body, path);
    if (sent === undefined) return [];
    const kept = getPath(stored, path);
    return changesOf({ [name]: sent }, kept === undefined ? {} : { [name]: kept }, target.listKeys);
  });
}

/** Whether a write of this record is read back. */
export function isVerified({ verified }: Target, { does, body }: Item): boolean {
  return does !== 'delete' && verified.some(({ path }) => getPath(body, path) !== undefined);
}

/** Error of a record that the target answered for, but did not keep. */
export function writeNotKept({ listKeys }: Target, item: Item, id: string, lost: readonly FieldChange[]): PublishError {
  const shown = lost
    .flatMap((change) => lostParts(change, listKeys))
    .map(({ field, from }) => `"${field}" is ${JSON.stringify(from).slice(0, 60)}`)
    .join(', ');
  return new PublishError(
    'ERR_WRITE_NOT_KEPT',
    `The target took the record (id ${id}) twice, but did not keep all of it: ${shown}. Look at the record there: is the field allowed for it?`,
    { details: { key: item.source.key, targetId: id, fields: lost.map(({ field }) => field) } },
  );
}

/** Of a list whose items have names, those that were lost, so that a person reads which custom field it is. */
function lostParts({ field, from, to }: FieldChange, listKeys: ListKeys): { field: string; from: Json }[] {
  const keys = Object.hasOwn(listKeys, field) ? (listKeys[field] ?? []) : [];
  const pairs = pairItems(to, from, keys) ?? [];
  const lost = pairs.flatMap(([sent, stored]) => {
    const name = keys.map((key) => sent[key]).find((each) => each !== undefined && each !== null && each !== '');
    const isKept = stored !== undefined && changesOf(sent, stored).length === 0;
    return isKept || name === undefined
      ? []
      : [{ field: `${field}.${plainText(name)}`, from: stored?.['value'] ?? null }];
  });
  return keys.length > 0 && lost.length > 0 ? lost : [{ field, from }];
}
