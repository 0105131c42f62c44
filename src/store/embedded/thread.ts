import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { PACKAGE_ROOT } from '../../core/package-root.ts';
import type { QueryResult } from '../database.ts';
import { type Answer, type Failure, OPENED, type Question, type Start } from './protocol.ts';

/** The embedded database, seen from outside of its thread. */
export interface Thread {
  query<Row>(text: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>>;
  /** Tells of notifications on a channel until the function that it answers is called. */
  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>>;
  /** Closes the database and ends the thread. */
  close(): Promise<void>;
}

/** Beside this file in every build; sources run as they are in tests, and a thread needs what was built of them. */
const ENTRY = import.meta.url.endsWith('.ts')
  ? new URL('dist/app/thread-main.js', PACKAGE_ROOT)
  : new URL('./thread-main.js', import.meta.url);

/** Starts a thread and waits until its database is open. Throws what opening it threw. */
export async function openThread(start: Start): Promise<Thread> {
  const thread = new DatabaseThread(new Worker(ENTRY, { workerData: start, execArgv: [] }));
  await thread.opened;
  return thread;
}

interface Waiting {
  readonly resolve: (result: QueryResult<unknown>) => void;
  readonly reject: (error: Error) => void;
}

type Asked = Question extends infer Each ? (Each extends Question ? Omit<Each, 'id'> : never) : never;

/** Keeps the process alive only while something is asked. */
class DatabaseThread implements Thread {
  readonly opened: Promise<unknown>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  #lastId = OPENED;
  #end: Error | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.opened = new Promise((resolve, reject) => {
      this.#waiting.set(OPENED, { resolve, reject });
    });
    worker.on('message', (answer: Answer) => {
      this.#take(answer);
    });
    worker.on('error', (error) => {
      this.#fail(error);
    });
    worker.on('exit', () => {
      this.#fail(new Error('The embedded database is closed'));
    });
  }

  query<Row>(text: string, parameters: readonly unknown[] = []): Promise<QueryResult<Row>> {
    return this.#ask({ ask: 'query', text, parameters }) as Promise<QueryResult<Row>>;
  }

  async listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(listener);
    if (listeners.size === 1) await this.#ask({ ask: 'listen', channel });
    return async () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      await this.#ask({ ask: 'unlisten', channel });
    };
  }

  async close(): Promise<void> {
    if (this.#end) return;
    const exit = once(this.#worker, 'exit');
    await this.#ask({ ask: 'close' });
    this.#worker.ref();
    await exit;
  }

  #ask(question: Asked): Promise<QueryResult<unknown>> {
    if (this.#end) return Promise.reject(this.#end);
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (this.#waiting.size === 1) this.#worker.ref();
      this.#worker.postMessage({ ...question, id });
    });
  }

  #take(answer: Answer): void {
    if ('channel' in answer) {
      for (const listener of this.#listeners.get(answer.channel) ?? []) listener(answer.payload);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('failure' in answer) waiting?.reject(errorOf(answer.failure));
    else waiting?.resolve({ rows: answer.rows as unknown[], rowCount: answer.rowCount });
  }

  #fail(error: Error): void {
    this.#end ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }
}

function errorOf({ message, ...rest }: Failure): Error {
  return Object.assign(new Error(message), rest);
}
