import type { ScriptProgram } from '../core/component.ts';

/**
 * What goes between the pool and a process of it: one line a message, its parts with tabs between them. JSON holds
 * neither line ends nor tabs, so nothing is escaped, and records pass through without being parsed on the way.
 */

/** Told by a process as soon as it takes work. */
export const READY = 'ready';

/** Told by a process that will end and has begun nothing more: what was not answered is run elsewhere. */
export const LEAVING = 'leaving';

/** To a process: learn a program, forget one, or run one. Runs are answered in their order. */
export type Order =
  | { readonly kind: 'learn'; readonly key: string; readonly program: ScriptProgram }
  | { readonly kind: 'forget'; readonly key: string }
  | { readonly kind: 'run'; readonly key: string; readonly input: string };

/** From a process: the JSON text of a result, or what went wrong. */
export type Answer =
  { readonly output: string } | { readonly failure: { readonly code: ScriptFault; readonly message: string } };

/** Codes of what goes wrong with a program. */
export type ScriptFault = 'ERR_SCRIPT_FAILED' | 'ERR_SCRIPT_TIME' | 'ERR_SCRIPT_MEMORY' | 'ERR_SCRIPT_RESULT';

/** An order as a line. */
export function writeOrder(order: Order): string {
  const rest = order.kind === 'learn' ? JSON.stringify(order.program) : order.kind === 'run' ? order.input : '';
  return `${order.kind}\t${order.key}\t${rest}\n`;
}

/** Reads what {@link writeOrder} wrote. */
export function readOrder(line: string): Order {
  const first = line.indexOf('\t');
  const second = line.indexOf('\t', first + 1);
  const [kind, key, rest] = [line.slice(0, first), line.slice(first + 1, second), line.slice(second + 1)];
  if (kind === 'learn') return { kind, key, program: JSON.parse(rest) as ScriptProgram };
  return kind === 'run' ? { kind, key, input: rest } : { kind: 'forget', key };
}

/** An answer as a line. */
export function writeAnswer(answer: Answer): string {
  return 'output' in answer ? `output\t${answer.output}\n` : `failure\t${JSON.stringify(answer.failure)}\n`;
}

/** Reads what {@link writeAnswer} wrote. */
export function readAnswer(line: string): Answer {
  const tab = line.indexOf('\t');
  const rest = line.slice(tab + 1);
  if (line.startsWith('output')) return { output: rest };
  return { failure: JSON.parse(rest) as { code: ScriptFault; message: string } };
}

/** Cuts a stream of text into lines. */
export function lineReader(onLine: (line: string) => void): (chunk: string) => void {
  let begun: string[] = [];
  return (chunk) => {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      const line = chunk.slice(from, end);
      from = end + 1;
      if (begun.length === 0) onLine(line);
      else {
        const whole = [...begun, line].join('');
        begun = [];
        onLine(whole);
      }
    }
    if (from < chunk.length) begun.push(chunk.slice(from));
  };
}
