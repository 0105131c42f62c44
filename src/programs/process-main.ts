import { writeSync } from 'node:fs';
import type { ScriptProgram } from '../core/component.ts';
import type { CompiledProgram, ScriptLanguage } from './compiled-program.ts';
import { openJavascript } from './javascript.ts';
import { openJsonata } from './jsonata.ts';
import { LEAVING, lineReader, READY, readOrder, writeAnswer } from './protocol.ts';

type Languages = Readonly<Record<ScriptProgram['language'], ScriptLanguage>>;

const STDOUT = 1;

/**
 * A process of the pool: takes orders from its standard input, and ends with it.
 *
 * Each answer is written before the next run begins, so that the pool knows which run a process was killed at.
 */
async function main(): Promise<void> {
  const languages: Languages = { javascript: await openJavascript(), jsonata: openJsonata() };
  const programs = new Map<string, CompiledProgram>();
  const lines: string[] = [];
  const take = lineReader((line) => {
    lines.push(line);
  });
  process.stdin.setEncoding('utf8');
  write(`${READY}\n`);
  for await (const chunk of process.stdin) {
    take(chunk as string);
    for (const line of lines.splice(0)) await obey(line, programs, languages);
  }
}

async function obey(line: string, programs: Map<string, CompiledProgram>, languages: Languages): Promise<void> {
  const order = readOrder(line);
  if (order.kind === 'learn') {
    programs.set(order.key, languages[order.program.language](order.program));
  } else if (order.kind === 'forget') {
    programs.get(order.key)?.close();
    programs.delete(order.key);
  } else {
    const program = programs.get(order.key);
    if (!program) throw new Error('A program is run that was not learnt');
    const { answer, isBroken } = await program.run(order.input);
    write(writeAnswer(answer));
    if (isBroken) leave();
  }
}

function leave(): never {
  write(`${LEAVING}\n`);
  process.exit(0);
}

/** Writes at once: standard output is a pipe that blocks. */
function write(text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; written += writeSync(STDOUT, bytes, written));
}

await main();
