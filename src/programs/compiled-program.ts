import type { ScriptProgram } from '../core/component.ts';
import type { Answer } from './protocol.ts';

/** What came of a run. */
export interface ScriptOutcome {
  readonly answer: Answer;
  /** The engine is in an unknown state: the process should not run anything more. */
  readonly isBroken: boolean;
}

/** A program as a process keeps it: takes the JSON text of an input. */
export interface CompiledProgram {
  run(input: string): ScriptOutcome | Promise<ScriptOutcome>;
  close(): void;
}

/** Compiles a program. What is wrong with it becomes the answer of its runs. */
export type ScriptLanguage = (program: ScriptProgram) => CompiledProgram;
