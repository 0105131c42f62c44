import type { Json } from '../../core/record.ts';
import { TransformError } from '../../core/errors.ts';
import type { StepOperation } from '../../core/step-run.ts';
import type { StepReads } from '../step-session.ts';

/** Entries of storages by storage and key. */
export type StorageEntries = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** Target ids by outgoing and source key. */
export type GivenLinks = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What a test brings along. */
export interface TestGround {
  readonly storages?: StorageEntries;
  readonly links?: GivenLinks;
  /** Answers of calls by `client/entity.operation`, as the step takes them. */
  readonly answers?: Readonly<Record<string, Json>>;
}

/** What a test brings along for steps to read; nothing else is there, and nothing is called. */
export function givenReads({ storages: entries = {}, links = {}, answers = {} }: TestGround = {}): StepReads {
  return {
    entry: (storage, key) => Promise.resolve(own(own(entries, storage) ?? {}, key)),
    entries: (storage) => Promise.resolve({ ...own(entries, storage) }),
    link: (outgoing, key) => Promise.resolve(own(own(links, outgoing) ?? {}, key)),
    call: ({ name }) => {
      const answer = own(answers, name);
      if (answer !== undefined) return Promise.resolve(answer);
      const message = `"${name}" is not called in a test; give the test its answer under "answers"`;
      throw new TransformError(message, { operation: name }, 'ERR_CALL_NOT_MADE');
    },
  };
}

function own<Value>(object: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** An operation that is never called, for tests that bring answers along. */
export function givenOperation(client: string, entity: string, operation: string): StepOperation {
  return {
    name: `${client}/${entity}.${operation}`,
    isReading: true,
    call: () => Promise.reject(new Error('a test calls nothing')),
  };
}
