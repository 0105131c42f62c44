import type { Json } from '../../core/record.ts';
import type { StepReads } from '../step-session.ts';

/** Entries of storages by storage and key. */
export type StorageEntries = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** Target ids by outgoing and source key. */
export type GivenLinks = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What a test brings along for steps to read; nothing else is there. */
export function givenReads(entries: StorageEntries = {}, links: GivenLinks = {}): StepReads {
  return {
    entry: (storage, key) => Promise.resolve(own(own(entries, storage) ?? {}, key)),
    link: (outgoing, key) => Promise.resolve(own(own(links, outgoing) ?? {}, key)),
  };
}

function own<Value>(object: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
