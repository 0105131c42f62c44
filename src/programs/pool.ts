import type { ScriptProgram, ScriptRunner } from '../core/component.ts';
import { IntegrationError, TransformError } from '../core/errors.ts';
import type { Json } from '../core/record.ts';
import { SCRIPT_LIMITS } from './limits.ts';
import { type Job, startProcess, type ScriptProcess } from './script-process.ts';

/** Processes that run programs, started as they are needed. */
export interface ScriptPool extends ScriptRunner {
  /** Ends all processes. What still runs or waits fails, as does what comes later. */
  close(): Promise<void>;
}

/** No process can be had to run a program: the machine is short of something, or the platform stops. */
export class ScriptPoolError extends IntegrationError {
  override readonly class = 'system';
  override readonly retryable = true;
}

/** Processes that end before they are ready, one after the other, until waiting programs are given up. */
const MAX_FAILED_STARTS = 3;

/**
 * Opens a pool of processes for the programs of people.
 *
 * Processes, not threads: V8 ends a whole process where a thread of it asks for too large a block of memory. Each has an
 * empty environment, and a bounded heap; one that does not answer in time is killed and replaced. The run that it was at
 * fails; those that waited behind it go to another process.
 *
 * @param size Most processes at a time. None is started before the first run.
 */
export function createScriptPool({ size }: { readonly size: number }): ScriptPool {
  return new Pool(size);
}

class Pool implements ScriptPool {
  readonly #size: number;
  readonly #processes = new Set<ScriptProcess>();
  #waiting: Job[] = [];
  #failedStarts = 0;
  #isClosed = false;

  constructor(size: number) {
    this.#size = size;
  }

  async run(program: ScriptProgram, input: Parameters<ScriptRunner['run']>[1]): Promise<Json> {
    const text = JSON.stringify(input);
    if (text.length > SCRIPT_LIMITS.json) {
      throw new TransformError(
        `The record is too large for a program: ${text.length} characters of JSON, at most ${SCRIPT_LIMITS.json}`,
        {},
        'ERR_SCRIPT_FAILED',
      );
    }
    const answer = await new Promise<string>((resolve, reject) => {
      this.#waiting.push({ program, input: text, resolve, reject });
      this.#assign();
    });
    return JSON.parse(answer) as Json;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#giveUp('The platform stops');
    await Promise.all([...this.#processes].map((process) => process.kill()));
  }

  /** Hands waiting runs to the process with the least to do; a busy pool grows up to its size. */
  #assign(): void {
    if (this.#isClosed) this.#giveUp('The platform stops');
    while (this.#waiting.length > 0) {
      const free = this.#leastBusy();
      if (!free) return;
      const job = this.#waiting.shift();
      if (job) free.take(job);
    }
  }

  #leastBusy(): ScriptProcess | undefined {
    const [best] = [...this.#processes].filter(({ isFull }) => !isFull).sort((a, b) => a.load - b.load);
    if (best?.load === 0 || this.#processes.size >= this.#size) return best;
    return this.#start();
  }

  #start(): ScriptProcess {
    const process = startProcess({
      onReady: () => {
        this.#failedStarts = 0;
      },
      onFree: () => {
        this.#assign();
      },
      onEnd: (unanswered, wasReady) => {
        this.#processes.delete(process);
        this.#waiting = [...unanswered, ...this.#waiting];
        if (!wasReady) this.#failedStarts += 1;
        if (this.#failedStarts >= MAX_FAILED_STARTS) {
          this.#failedStarts = 0;
          this.#giveUp('The process that runs programs does not start; the machine may be short of memory');
        }
        this.#assign();
      },
    });
    this.#processes.add(process);
    return process;
  }

  #giveUp(message: string): void {
    const given = this.#waiting;
    this.#waiting = [];
    for (const { reject } of given) reject(new ScriptPoolError('ERR_SCRIPT_UNAVAILABLE', message));
  }
}
