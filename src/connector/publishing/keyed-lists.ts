import { type DataRecord, isRecord, type Json, plainText } from '../../core/record.ts';

/** Fields that tell the items of a list apart, by the field that holds the list; the first that an item has counts. */
export type ListKeys = Readonly<Record<string, readonly string[]>>;

/** The item that is called so; undefined where there is none. */
export function itemCalled(list: Json | undefined, keys: readonly string[], name: string): DataRecord | undefined {
  return itemsOf(list).find((item) => keys.some((key) => textAt(item, key) === name));
}

/** The list without the items that are called so. */
export function withoutItems(list: Json, keys: readonly string[], names: ReadonlySet<string>): readonly Json[] {
  return itemsOf(list).filter((item) => !keys.some((key) => names.has(textAt(item, key) ?? '')));
}

/** Pairs of what is sent and what is stored under the same key; the second is undefined where nothing is. */
export function pairItems(
  sent: Json,
  stored: Json | undefined,
  keys: readonly string[],
): (readonly [DataRecord, DataRecord | undefined])[] | undefined {
  if (!Array.isArray(sent) || !sent.every((item) => isRecord(item as Json))) return undefined;
  const others = itemsOf(stored);
  return itemsOf(sent).map((item) => {
    const key = keys.find((each) => textAt(item, each) !== undefined);
    const name = key === undefined ? undefined : textAt(item, key);
    const match = name === undefined ? undefined : others.find((other) => textAt(other, key ?? '') === name);
    return [item, match] as const;
  });
}

function itemsOf(list: Json | undefined): DataRecord[] {
  return Array.isArray(list) ? list.filter((item): item is DataRecord => isRecord(item as Json)) : [];
}

function textAt(item: DataRecord, key: string): string | undefined {
  const value = Object.hasOwn(item, key) ? item[key] : undefined;
  return value === undefined || value === null || value === '' ? undefined : plainText(value);
}
