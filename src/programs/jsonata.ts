import jsonata from 'jsonata';
import type { ScriptProgram } from '../core/component.ts';
import type { CompiledProgram, ScriptLanguage } from './compiled-program.ts';
import { SCRIPT_LIMITS } from './limits.ts';
import { LinearRegExp } from './linear-regexp.ts';
import type { Answer } from './protocol.ts';

/**
 * Makes JSONata ready in this process.
 *
 * It runs in V8 itself, at V8's speed: the process around it is what bounds it. Built-in objects are frozen, so that no
 * run leaves something in them for the next.
 */
export function openJsonata(): ScriptLanguage {
  for (const each of [Object, Array, String, Number, Boolean, Function, RegExp, Date, Promise]) {
    Object.freeze(each.prototype);
    Object.freeze(each);
  }
  return compile;
}

/** Compiles an expression; one that cannot be read fails its runs. */
function compile(program: ScriptProgram): CompiledProgram {
  try {
    return compileExpression(program);
  } catch (error) {
    const answer = { failure: toFailure(error, program.timeoutMs) };
    return { run: () => ({ answer, isBroken: false }), close: () => undefined };
  }
}

function compileExpression({ source, constants, timeoutMs }: ScriptProgram): CompiledProgram {
  const expression = jsonata(source, {
    RegexEngine: LinearRegExp as unknown as RegExpConstructor,
    timeout: timeoutMs,
    stack: SCRIPT_LIMITS.depth,
  });
  const evaluate = async (input: string): Promise<Answer> => {
    const { record, variables } = JSON.parse(input) as { record: unknown; variables?: unknown };
    try {
      return write(await expression.evaluate(record, { constants: structuredClone(constants), variables }));
    } catch (error) {
      return { failure: toFailure(error, timeoutMs) };
    }
  };
  return {
    run: async (input) => ({ answer: await evaluate(input), isBroken: false }),
    close: () => undefined,
  };
}

function write(result: unknown): Answer {
  if (typeof result === 'number' && !Number.isFinite(result)) {
    const message = `The expression gives ${result}, a number that JSON cannot write; null itself drops the record`;
    return { failure: { code: 'ERR_SCRIPT_RESULT', message } };
  }
  const text = JSON.stringify(result, refuseFunctions) as string | undefined;
  if (text !== undefined && text.length > SCRIPT_LIMITS.json) {
    const message = `The result has more than ${SCRIPT_LIMITS.json} characters of JSON`;
    return { failure: { code: 'ERR_SCRIPT_RESULT', message } };
  }
  return { output: text ?? 'null' };
}

class NoRecord extends Error {}

function refuseFunctions(_key: string, value: unknown): unknown {
  const isFunction =
    typeof value === 'function' ||
    (typeof value === 'object' && value !== null && ('_jsonata_lambda' in value || '_jsonata_function' in value));
  if (isFunction) throw new NoRecord('The expression gives a function, which is no record');
  return value;
}

type Failure = Extract<Answer, { readonly failure: unknown }>['failure'];

function toFailure(error: unknown, timeoutMs: number): Failure {
  if (error instanceof NoRecord) return { code: 'ERR_SCRIPT_RESULT', message: error.message };
  const { code, message, position } = error as { code?: unknown; message?: unknown; position?: unknown };
  if (code === 'D1012') return { code: 'ERR_SCRIPT_TIME', message: `The expression took longer than ${timeoutMs} ms` };
  if (code === 'D1011') {
    const why = `The expression calls itself more than ${SCRIPT_LIMITS.depth} times inside of itself`;
    return { code: 'ERR_SCRIPT_FAILED', message: why };
  }
  const text = typeof message === 'string' ? message : String(error);
  const shown = text.length > 500 ? `${text.slice(0, 500)}…` : text;
  const where = typeof position === 'number' ? ` (position ${position})` : '';
  return { code: 'ERR_SCRIPT_FAILED', message: `The expression failed: ${shown}${where}` };
}
