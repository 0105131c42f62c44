import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { ScriptProgram } from '../core/component.ts';
import { TransformError } from '../core/errors.ts';
import { PACKAGE_ROOT } from '../core/package-root.ts';
import { KILL_GRACE_MS, SCRIPT_LIMITS } from './limits.ts';
import { KnownPrograms } from './known-programs.ts';
import { type Answer, LEAVING, lineReader, READY, readAnswer, type ScriptFault, writeOrder } from './protocol.ts';

/** One run that somebody waits for. */
export interface Job {
  readonly program: ScriptProgram;
  /** JSON text. */
  readonly input: string;
  readonly resolve: (output: string) => void;
  readonly reject: (error: Error) => void;
}

/** One process of the pool. */
export interface ScriptProcess {
  /** Runs given to it and not answered. */
  readonly load: number;
  readonly isFull: boolean;
  take(job: Job): void;
  /** Resolves when it is gone. */
  kill(): Promise<void>;
}

/** What a process tells its pool. */
export interface ProcessWatch {
  readonly onReady: () => void;
  /** It can take more. */
  readonly onFree: () => void;
  /** It is gone; `unanswered` are the runs that it had not begun. */
  readonly onEnd: (unanswered: readonly Job[], wasReady: boolean) => void;
}

/** A process that is not ready after so long is killed. */
const START_MS = 30_000;

/** Runs, and characters of their input, that a process holds at a time: enough to be never idle, little to hand over. */
const MAX_HELD = 64;
const MAX_HELD_CHARACTERS = 4_194_304;

/** Beside this file in every build; sources run as they are in tests, and a process needs what was built of them. */
const ENTRY = import.meta.url.endsWith('.ts')
  ? new URL('dist/app/process-main.js', PACKAGE_ROOT)
  : new URL('./process-main.js', import.meta.url);

const FLAGS = [
  `--max-old-space-size=${SCRIPT_LIMITS.heapMegabytes}`,
  '--max-semi-space-size=16',
  // QuickJS counts its own stack; V8's has to be the larger one.
  '--stack-size=2000',
  '--disallow-code-generation-from-strings',
  '--no-warnings',
];

/**
 * Starts a process that runs programs one after the other.
 *
 * States: starting → idle ⇄ busy → gone. The time of a run is kept in the process itself; where that does not help, as in
 * the middle of a native call, the process is killed from here.
 */
export function startProcess(watch: ProcessWatch): ScriptProcess {
  return new RunningProcess(watch);
}

class RunningProcess implements ScriptProcess {
  readonly #watch: ProcessWatch;
  readonly #child: ChildProcess;
  readonly #known = new KnownPrograms();
  readonly #held: Job[] = [];
  #heldCharacters = 0;
  #isReady = false;
  #isGone = false;
  #isLeaving = false;
  #isOverdue = false;
  /** When the first of the held runs began, or the process. */
  #since = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(watch: ProcessWatch) {
    this.#watch = watch;
    // Nothing of our environment: it holds secrets.
    this.#child = spawn(process.execPath, [...FLAGS, fileURLToPath(ENTRY)], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
    });
    this.#listen();
    this.#arm();
  }

  get load(): number {
    return this.#held.length;
  }

  get isFull(): boolean {
    return this.#isLeaving || this.#held.length >= MAX_HELD || this.#heldCharacters >= MAX_HELD_CHARACTERS;
  }

  take(job: Job): void {
    if (this.#held.length === 0 && this.#isReady) this.#since = performance.now();
    this.#held.push(job);
    this.#heldCharacters += job.input.length;
    const { key, orders } = this.#known.use(job.program);
    for (const order of [...orders, { kind: 'run', key, input: job.input } as const]) {
      this.#child.stdin?.write(writeOrder(order));
    }
    if (this.#timer === undefined) this.#arm();
    else this.#timer.ref();
  }

  async kill(): Promise<void> {
    if (this.#isGone) return;
    const gone = once(this.#child, 'close');
    this.#child.ref();
    this.#child.kill('SIGKILL');
    await gone;
  }

  #listen(): void {
    const { stdin, stdout } = this.#child;
    // A process that is gone takes no more orders; "close" tells of it.
    stdin?.on('error', () => undefined);
    stdout?.setEncoding('utf8');
    stdout?.on(
      'data',
      lineReader((line) => {
        this.#onLine(line);
      }),
    );
    // Which of the two comes, where a process cannot be started, depends on why.
    for (const event of ['close', 'error'] as const) {
      this.#child.once(event, () => {
        this.#onClose();
      });
    }
    // An idle process keeps nobody alive; one that is waited for has a timer that does.
    this.#child.unref();
    for (const pipe of [stdin, stdout]) if (pipe instanceof Socket) pipe.unref();
  }

  #onLine(line: string): void {
    this.#since = performance.now();
    if (line === READY) {
      this.#isReady = true;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      if (this.#held.length > 0) this.#arm();
      this.#watch.onReady();
      return;
    }
    if (line === LEAVING) this.#isLeaving = true;
    const job = this.#isLeaving ? undefined : this.#held.shift();
    if (!job) return;
    this.#heldCharacters -= job.input.length;
    if (this.#held.length === 0) this.#timer?.unref();
    settle(job, readAnswer(line));
    this.#watch.onFree();
  }

  #onClose(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    clearTimeout(this.#timer);
    const hadBegun = this.#isReady && !this.#isLeaving;
    const running = hadBegun ? this.#held.shift() : undefined;
    if (running) settle(running, { failure: this.#isOverdue ? tookTooLong(running.program) : endedEarly() });
    this.#watch.onEnd(this.#held, this.#isReady);
  }

  /** Waits until the run that goes on should be over; answers in between only move that moment. */
  #arm(): void {
    const limit = this.#isReady ? (this.#held[0]?.program.timeoutMs ?? 0) + KILL_GRACE_MS : START_MS;
    const left = limit - (performance.now() - this.#since);
    this.#timer = setTimeout(
      () => {
        // Answers that lie in the pipe are read before it is judged, if it was we who were held up.
        setImmediate(() => {
          this.#judge();
        });
      },
      Math.max(left, 1),
    );
  }

  #judge(): void {
    this.#timer = undefined;
    if (this.#isReady && this.#held.length === 0) return;
    const limit = this.#isReady ? (this.#held[0]?.program.timeoutMs ?? 0) + KILL_GRACE_MS : START_MS;
    if (performance.now() - this.#since < limit) {
      this.#arm();
      return;
    }
    this.#isOverdue = true;
    void this.kill();
  }
}

function settle({ resolve, reject }: Job, answer: Answer): void {
  if ('output' in answer) resolve(answer.output);
  else reject(new TransformError(answer.failure.message, {}, answer.failure.code));
}

interface Failure {
  readonly code: ScriptFault;
  readonly message: string;
}

function tookTooLong({ timeoutMs }: ScriptProgram): Failure {
  return { code: 'ERR_SCRIPT_TIME', message: `The program took longer than ${timeoutMs} ms and was ended` };
}

function endedEarly(): Failure {
  return { code: 'ERR_SCRIPT_MEMORY', message: 'The program needed more memory than it may, and its process ended' };
}
