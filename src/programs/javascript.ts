import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import type { ScriptProgram } from '../core/component.ts';
import type { CompiledProgram, ScriptLanguage, ScriptOutcome } from './compiled-program.ts';
import { JAVASCRIPT_REALM } from './javascript-realm.ts';
import { SCRIPT_LIMITS } from './limits.ts';
import type { Answer } from './protocol.ts';
import { RegExpEngine } from './regexp/regexp-engine.ts';
import { searchFor } from './regexp/search-for.ts';

/** How long a run may wait for the machine beyond its time, where it does not work itself. */
const WAIT_MS = 1_000;

const PAGE_BYTES = 65_536;

/** Memory of a WASM module, as far as it is looked at here. */
interface Memory {
  readonly buffer: ArrayBuffer;
}

/** The types of Node leave it out. */
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => Memory;
};

/** QuickJS, and the memory that its runtimes share. */
interface Engine {
  readonly module: QuickJSWASMModule;
  readonly memory: Memory;
}

/**
 * Loads QuickJS. Each program has a runtime of its own, which its runs share: nothing in it can be changed by them.
 *
 * In WASM the limit of a runtime holds for each block that it asks for, and not for all of them together: its allocator does not tell how
 * large a block is. So the memory that it takes them from is bounded as well.
 */
export async function openJavascript(): Promise<ScriptLanguage> {
  const memory = new WebAssembly.Memory({ initial: 256, maximum: SCRIPT_LIMITS.engineBytes / PAGE_BYTES });
  const bounded = newVariant(variant as unknown as QuickJSSyncVariant, { wasmMemory: memory });
  const module = await newQuickJSWASMModuleFromVariant(bounded);
  return (program) => new JavascriptProgram({ module, memory }, program);
}

class JavascriptProgram implements CompiledProgram {
  readonly #engine: Engine;
  readonly #program: ScriptProgram;
  #world: World | undefined;

  constructor(engine: Engine, program: ScriptProgram) {
    this.#engine = engine;
    this.#program = program;
  }

  run(input: string): ScriptOutcome {
    const isUsed = this.#world !== undefined;
    const outcome = this.#runOnce(input);
    if (!ranOutOfMemory(outcome)) return outcome;
    // What earlier runs have left counts for nobody: a world of its own tells whether the program needs so much.
    if (isUsed && !outcome.isBroken && this.#discard()) {
      const again = this.#runOnce(input);
      return ranOutOfMemory(again) ? { ...again, isBroken: true } : again;
    }
    // The memory of the engine never shrinks.
    return { ...outcome, isBroken: true };
  }

  #runOnce(input: string): ScriptOutcome {
    try {
      this.#world ??= new World(this.#engine, this.#program);
      return { answer: this.#world.run(input), isBroken: false };
    } catch (error) {
      const failure = error instanceof CutOff ? error.failure : beyondEngine(error);
      return { answer: { failure }, isBroken: !(error instanceof CutOff) || !this.#discard() };
    }
  }

  /** A run that was cut off leaves its world in an unknown state. */
  #discard(): boolean {
    try {
      this.close();
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    const world = this.#world;
    this.#world = undefined;
    world?.close();
  }
}

type Failure = Extract<Answer, { readonly failure: unknown }>['failure'];

/** A run that ended in its middle. */
class CutOff extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** A runtime with one compiled program in it. */
class World {
  readonly #memory: Memory;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #timeoutMs: number;
  readonly #run: QuickJSHandle;
  readonly #settled: QuickJSHandle;
  readonly #regExps = new RegExpEngine(() => {
    this.#endSearch();
  });
  #watch: Stopwatch;
  #isSearchEnded = false;

  constructor({ module, memory }: Engine, { source, constants, timeoutMs }: ScriptProgram) {
    this.#timeoutMs = timeoutMs;
    this.#memory = memory;
    this.#runtime = module.newRuntime();
    this.#runtime.setMemoryLimit(SCRIPT_LIMITS.memoryBytes);
    this.#runtime.setMaxStackSize(SCRIPT_LIMITS.stackBytes);
    this.#watch = new Stopwatch(SET_UP_MS);
    this.#runtime.setInterruptHandler(() => this.#watch.isOver());
    this.#context = this.#runtime.newContext();
    const context = this.#context;
    const setUp = context.unwrapResult(context.evalCode(JAVASCRIPT_REALM, 'realm.js'));
    try {
      const made = this.#call(setUp, [
        context.newString(source),
        context.newString(JSON.stringify(constants)),
        context.newNumber(SCRIPT_LIMITS.json),
        context.newFunction('search', (...args) => context.newString(searchFor(this.#regExps, context, args))),
      ]);
      this.#run = context.getProp(made, 'run');
      this.#settled = context.getProp(made, 'settled');
      made.dispose();
      setUp.dispose();
    } catch (error) {
      setUp.dispose();
      context.dispose();
      this.#runtime.dispose();
      throw error;
    }
  }

  run(input: string): Answer {
    this.#watch = new Stopwatch(this.#timeoutMs);
    this.#isSearchEnded = false;
    this.#regExps.forget();
    const context = this.#context;
    const text = this.#text(this.#run, [context.newString(input), context.newNumber(Date.now())]);
    while (this.#runtime.hasPendingJob()) {
      this.#runtime.executePendingJobs().dispose();
      if (this.#watch.isOver()) throw this.#cutOff(undefined);
    }
    return this.#toAnswer(text === 'p' ? this.#text(this.#settled, []) : text);
  }

  close(): void {
    this.#run.dispose();
    this.#settled.dispose();
    this.#context.dispose();
    this.#runtime.dispose();
  }

  #text(target: QuickJSHandle, args: QuickJSHandle[]): string {
    return this.#call(target, args).consume((value) => this.#context.getString(value));
  }

  #call(target: QuickJSHandle, args: QuickJSHandle[]): QuickJSHandle {
    const result = this.#context.callFunction(target, this.#context.undefined, args);
    for (const each of args) each.dispose();
    if (result.error) throw this.#cutOff(result.error);
    return result.value;
  }

  #endSearch(): void {
    if (!this.#watch.isOver()) return;
    this.#isSearchEnded = true;
    throw new Error('a search took too long');
  }

  #toAnswer(text: string): Answer {
    if (this.#isSearchEnded) return { failure: this.#tookTooLong() };
    const rest = text.slice(1);
    if (text.startsWith('o')) return { output: rest };
    if (text.startsWith('m') || (text === NO_ERROR && this.#isFull())) return { failure: outOfMemory() };
    if (text.startsWith('r')) return { failure: { code: 'ERR_SCRIPT_RESULT', message: rest } };
    return { failure: { code: 'ERR_SCRIPT_FAILED', message: `The program failed: ${rest}` } };
  }

  /** Whether the memory of the engine has grown about as far as it may: it grows in steps. */
  #isFull(): boolean {
    return this.#memory.buffer.byteLength > SCRIPT_LIMITS.engineBytes * 0.8;
  }

  #tookTooLong(): Failure {
    return { code: 'ERR_SCRIPT_TIME', message: `The program took longer than ${this.#timeoutMs} ms` };
  }

  #cutOff(error: QuickJSHandle | undefined): CutOff {
    const { name = 'Error', message = '' } = (error?.consume((each) => this.#context.dump(each) as unknown) ??
      {}) as Partial<Error>;
    if (this.#watch.isOver()) return new CutOff(this.#tookTooLong());
    return message === 'out of memory' || (message === '' && this.#isFull())
      ? new CutOff(outOfMemory())
      : new CutOff({ code: 'ERR_SCRIPT_FAILED', message: `The program cannot be run: ${name}: ${message}` });
  }
}

/** Where no block can be had for an error either, null is thrown in its place. */
const NO_ERROR = 'fnull';

/** Time to compile a program. */
const SET_UP_MS = 5_000;

/**
 * Tells when the time of a run is over: time that this process worked for, so that a machine with too much to do fails
 * nobody's record; within a second more, as waiting ends too.
 */
class Stopwatch {
  readonly #limitMs: number;
  readonly #start = performance.now();
  readonly #usage = process.cpuUsage();

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  isOver(): boolean {
    const elapsed = performance.now() - this.#start;
    if (elapsed < this.#limitMs) return false;
    if (elapsed > this.#limitMs + WAIT_MS) return true;
    const { user, system } = process.cpuUsage(this.#usage);
    return (user + system) / 1000 >= this.#limitMs / 2;
  }
}

/** What goes wrong in the engine itself: V8's stack ends before that of QuickJS where values are nested very deep. */
function beyondEngine(error: unknown): Failure {
  const isDeep = error instanceof RangeError;
  const message = isDeep
    ? 'The program failed: something is nested too deep'
    : `The program cannot be run: ${String(error)}`;
  return { code: 'ERR_SCRIPT_FAILED', message };
}

function ranOutOfMemory({ answer }: ScriptOutcome): boolean {
  return 'failure' in answer && answer.failure.code === 'ERR_SCRIPT_MEMORY';
}

function outOfMemory(): Failure {
  const megabytes = SCRIPT_LIMITS.memoryBytes / 1_048_576;
  return { code: 'ERR_SCRIPT_MEMORY', message: `The program needed more than ${megabytes} MB of memory` };
}
