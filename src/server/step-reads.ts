import { coalesce } from '../core/coalesce.ts';
import { TransformError } from '../core/errors.ts';
import type { Json } from '../core/record.ts';
import type { StepReads } from '../engine/step-session.ts';
import type { Store } from '../store/index.ts';
import type { LinkPlace } from '../store/links.ts';
import type { EntryPlace } from '../store/storages.ts';

/** Reads of one statement at most. */
const MOST_READS = 500;

/** Entries of a storage that are read as a whole. */
const MOST_ENTRIES = 10_000;

/** What steps read of the database: what all records of a process ask for at the same time is one statement. */
export function stepReads({ storages, links }: Pick<Store, 'storages' | 'links'>): StepReads {
  const readEntry = coalesce((places: readonly EntryPlace[]) => storages.valuesAt(places), MOST_READS);
  const readLink = coalesce((places: readonly LinkPlace[]) => links.targetsOf(places), MOST_READS);
  return {
    entry: async (storage, key) => {
      const text = await readEntry({ storage, key });
      return text === undefined ? undefined : (JSON.parse(text) as Json);
    },
    entries: async (storage) => {
      const entries = await storages.list(storage, { limit: MOST_ENTRIES + 1 });
      if (entries.length > MOST_ENTRIES) throw tooMany(storage);
      return Object.fromEntries(entries.map(({ key, value }) => [key, JSON.parse(value) as Json]));
    },
    link: (outgoing, key) => readLink({ outgoing, key }),
    call: (operation, request, signal) => operation.call(request, signal),
  };
}

function tooMany(storage: string): TransformError {
  const message = `The storage "${storage}" has more than ${MOST_ENTRIES} entries; look them up by key, or read it with an incoming`;
  return new TransformError(message, { storage });
}
