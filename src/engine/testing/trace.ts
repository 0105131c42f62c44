import type { StepPlace } from '../../core/chain.ts';
import type { Transform } from '../../core/component.ts';
import { TransformError, toErrorReport } from '../../core/errors.ts';
import type { DataRecord } from '../../core/record.ts';

/** One step on one record, as it happened. */
export interface TracedStep extends StepPlace {
  /** How many steps it stands inside of. */
  readonly depth: number;
  /** Missing where the trace has become too large. */
  readonly input?: DataRecord;
  /** What came out; missing where it failed, or the trace has become too large. */
  readonly output?: readonly DataRecord[];
  readonly error?: { readonly code: string; readonly message: string };
  readonly ms: number;
}

/** How much a test may cost. */
export interface TestLimits {
  readonly maxSteps: number;
  readonly maxBytes: number;
  readonly maxMs: number;
}

export const TEST_LIMITS: TestLimits = { maxSteps: 5_000, maxBytes: 4 * 1024 * 1024, maxMs: 10_000 };

/** Ends a chain behind the step that a person wants to stop at. */
export class Stopped extends Error {
  readonly records: readonly DataRecord[];
  constructor(records: readonly DataRecord[]) {
    super('stopped');
    this.records = records;
  }
}

/** Writes down what happens in a chain: put {@link Trace.around} around its steps. */
export class Trace {
  readonly steps: TracedStep[] = [];
  #depth = 0;
  #bytes = 0;
  readonly #limits: TestLimits;
  readonly #until: string | undefined;
  readonly #deadline: number;
  readonly #places = new Set<string>();

  /** @param until Path of the step behind which the chain ends. */
  constructor(limits: TestLimits, until?: string) {
    this.#limits = limits;
    this.#until = until;
    this.#deadline = performance.now() + limits.maxMs;
  }

  /** Paths of the steps that it is put around, in their order, those inside of others first. */
  get places(): readonly string[] {
    return [...this.#places];
  }

  readonly around = (place: StepPlace, transform: Transform): Transform => {
    this.#places.add(place.path);
    return async (record, run) => {
      const index = this.#begin(place, record);
      const began = performance.now();
      this.#depth += 1;
      try {
        const output = await transform(record, run);
        this.#end(index, { output, ms: elapsed(began) });
        if (place.path === this.#until) throw new Stopped(output);
        return output;
      } catch (error) {
        if (!(error instanceof Stopped)) this.#end(index, { error: reportOf(error), ms: elapsed(began) });
        throw error;
      } finally {
        this.#depth -= 1;
      }
    };
  };

  #begin(place: StepPlace, input: DataRecord): number {
    const { maxSteps, maxMs } = this.#limits;
    if (this.steps.length >= maxSteps) throw tooMuch(`more than ${maxSteps} steps`);
    if (performance.now() > this.#deadline) throw tooMuch(`more than ${maxMs} ms`);
    const kept = this.#fits(input);
    return this.steps.push({ ...place, depth: this.#depth, ms: 0, ...(kept && { input }) }) - 1;
  }

  #end(index: number, { output, ...end }: Pick<TracedStep, 'output' | 'error' | 'ms'>): void {
    const begun = this.steps[index];
    if (!begun) return;
    this.steps[index] = { ...begun, ...end, ...(output && this.#fits(output) && { output }) };
  }

  #fits(value: unknown): boolean {
    if (this.#bytes > this.#limits.maxBytes) return false;
    this.#bytes += JSON.stringify(value).length;
    return this.#bytes <= this.#limits.maxBytes;
  }
}

function elapsed(began: number): number {
  return Math.round((performance.now() - began) * 1000) / 1000;
}

function reportOf(error: unknown): { code: string; message: string } {
  const { code, message } = toErrorReport(error);
  return { code, message };
}

function tooMuch(what: string): TransformError {
  return new TransformError(`The test takes ${what}; test with fewer or smaller records`, {}, 'ERR_TEST_LIMIT');
}
