import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of our own that answers one question at a time. */
export interface Helper {
  readonly pid: number;
  /** Asks and waits for the answer. `onProgress` hears numbers meanwhile. */
  ask<Answer>(question: unknown, timeoutMs: number, onProgress?: (done: number) => void): Promise<Answer>;
  end(): Promise<void>;
}

type Message =
  | { readonly kind: 'progress'; readonly done: number }
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'failure'; readonly failure: string };

/** How long a process may take to end by itself. */
const GRACE_MS = 10_000;

const running = new Set<{ readonly child: ChildProcess; readonly signal: NodeJS.Signals }>();

/** Remembers a process that has to be ended; `signal` asks it to. */
export function watchProcess(child: ChildProcess, signal: NodeJS.Signals): void {
  const entry = { child, signal };
  running.add(entry);
  child.once('exit', () => running.delete(entry));
}

/** Ends everything that was started, each by its own id. */
export async function endAllProcesses(): Promise<void> {
  await Promise.all([...running].map(({ child, signal }) => endProcess(child, signal)));
}

/** Starts a file of this folder as a process. */
export function startHelper(file: string, nodeOptions: readonly string[] = []): Helper {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv: ['--enable-source-maps', ...nodeOptions],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  watchProcess(child, 'SIGTERM');
  return {
    pid: child.pid ?? 0,
    ask: (question, timeoutMs, onProgress) => ask(child, question, timeoutMs, onProgress),
    end: () => endProcess(child, 'SIGTERM'),
  };
}

/** The other side of {@link startHelper}: answers questions until the parent lets go. */
export function answerParent(answer: (question: unknown, progress: (done: number) => void) => Promise<unknown>): void {
  const say = (message: Message): void => {
    process.send?.(message);
  };
  process.on('message', (question) => {
    answer(question, (done) => {
      say({ kind: 'progress', done });
    }).then(
      (given) => {
        say({ kind: 'answer', answer: given });
      },
      (error: unknown) => {
        say({ kind: 'failure', failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      },
    );
  });
  // Nobody is left behind when the parent is killed. The exit also writes the CPU profile.
  process.once('disconnect', () => process.exit());
  process.once('SIGTERM', () => process.exit());
}

function ask<Answer>(
  child: ChildProcess,
  question: unknown,
  timeoutMs: number,
  onProgress?: (done: number) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    const fail = (message: string): void => {
      settle();
      reject(new Error(message));
    };
    const onExit = (code: number | null, signal: string | null): void => {
      fail(`The process ended (${signal ?? `exit code ${String(code)}`}) before it answered`);
    };
    const onMessage = (message: Message): void => {
      if (message.kind === 'progress') {
        onProgress?.(message.done);
      } else if (message.kind === 'failure') {
        fail(message.failure);
      } else {
        settle();
        resolve(message.answer as Answer);
      }
    };
    const timer = setTimeout(() => {
      fail(`No answer within ${Math.round(timeoutMs / 1000)} s`);
    }, timeoutMs);
    child.on('message', onMessage);
    child.once('exit', onExit);
    child.send(question as object);
  });
}

/** Asks one process to end, and waits until it has. */
export function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const lastResort = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    child.once('exit', () => {
      clearTimeout(lastResort);
      resolve();
    });
    child.kill(signal);
  });
}
