import { spawn } from 'node:child_process';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { program } from '../../src/cli/program.ts';
import { blocksOf, type Page } from './pages.ts';

/** One thing that a reader of a guide types, and lines that the page says are answered. */
export interface GuideStep {
  readonly line: string;
  readonly says: readonly string[];
}

/** What a command printed. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const STEPS = /^```(sh|text)\n([^]*?)^```$/gm;

/** Commands of a page in the order in which they stand there; a block of text after them is what the last one answers. */
export function stepsOf({ text: page }: Page): GuideStep[] {
  const steps: GuideStep[] = [];
  for (const [, language, body = ''] of page.matchAll(STEPS)) {
    const lines = body.replaceAll('\\\n', '').trim().split('\n');
    if (language === 'sh') steps.push(...lines.map((line) => ({ line: line.replace(/\s+#.*$/, ''), says: [] })));
    else steps.push({ ...(steps.pop() ?? { line: '' }), says: lines });
  }
  // Made-up systems and the address of the platform are there already.
  return steps.filter(({ line }) => line !== '' && !/^(npm run sandbox|export) /.test(line));
}

/** Files that a page shows: a line with the name in backticks, an empty line, then the block. */
export function filesOf({ text: page }: Page): { name: string; body: string }[] {
  const found = page.matchAll(/^`([\w./-]+)`:?\n\n```\w+\n([^]*?)^```$/gm);
  return [...found].map(([, name = '', body = '']) => ({ name, body }));
}

/** True for a page with something to type. */
export function hasSteps(page: Page): boolean {
  return blocksOf(page, 'sh').length > 0;
}

/** Runs a line as it stands: commands of Sluice in this process, everything else by the shell, in the current folder. */
export async function runLine(line: string): Promise<Printed> {
  const [, words] = /^npx sluice (.*)$/.exec(line) ?? [];
  return words === undefined ? runInShell(line) : runHere(wordsOf(words));
}

async function runHere(words: readonly string[]): Promise<Printed> {
  const { stdout, stderr } = process;
  const [out, err] = [capture(), capture()];
  Object.defineProperty(process, 'stdout', { value: out.stream, configurable: true });
  Object.defineProperty(process, 'stderr', { value: err.stream, configurable: true });
  let code = 0;
  try {
    await program.parseAsync(words, { from: 'user' });
    code = Number(process.exitCode ?? 0);
  } catch (error) {
    code = 1;
    err.stream.write(String(error));
  } finally {
    process.exitCode = undefined;
    Object.defineProperty(process, 'stdout', { value: stdout, configurable: true });
    Object.defineProperty(process, 'stderr', { value: stderr, configurable: true });
  }
  return { code, out: out.text(), err: err.text() };
}

function capture(): { stream: Writable; text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: unknown, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}

async function runInShell(line: string): Promise<Printed> {
  const child = spawn('sh', ['-c', line], { env: process.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number>((resolve) => {
    child.on('close', (code) => {
      resolve(code ?? 1);
    });
  });
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}

/** Words of a line as a shell takes them: quotes hold words together and go away. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''),
  );
}
