import { parseArgs } from 'node:util';

/** Engines under the platform: the embedded database, or servers. */
export type Engine = 'pglite' | 'postgres';

/** What the command line asks for. */
export interface Options {
  /** Records of the comparison of speed. */
  readonly records: number;
  /** Records of the comparison with a call for each; 0 leaves it out. */
  readonly singles: number;
  readonly engines: readonly Engine[];
  /** Records of the comparison of memory, ascending. */
  readonly sizes: readonly number[];
  /** File for the results. */
  readonly json: string | undefined;
  /** Folder for CPU profiles of the platform's process. */
  readonly cpuProfiles: string | undefined;
}

const USAGE =
  'npm run bench -- [--records 100000] [--singles 10000] [--engine pglite|postgres|all] [--sizes 10000,100000] [--json file] [--cpu-prof folder]';

/**
 * Reads the command line.
 *
 * @throws Error that says which option is wrong, and which there are.
 */
export function readOptions(args: readonly string[]): Options {
  try {
    return parseOptions(args);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
}

function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      records: { type: 'string', default: '100000' },
      singles: { type: 'string', default: '10000' },
      engine: { type: 'string', default: 'all' },
      // A million takes long: it is run when asked for.
      sizes: { type: 'string', default: '10000,100000' },
      json: { type: 'string' },
      'cpu-prof': { type: 'string' },
    },
  });
  return {
    records: readCount(values.records, '--records'),
    singles: values.singles === '0' ? 0 : readCount(values.singles, '--singles'),
    engines: readEngines(values.engine),
    sizes: readSizes(values.sizes),
    json: values.json,
    cpuProfiles: values['cpu-prof'],
  };
}

function readEngines(text: string): readonly Engine[] {
  if (text === 'all') return ['pglite', 'postgres'];
  if (text === 'pglite' || text === 'postgres') return [text];
  throw new Error(`--engine takes pglite, postgres or all, not "${text}"`);
}

/** An empty list leaves the comparison of memory out. */
function readSizes(text: string): readonly number[] {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  const sizes = parts.map((part) => readCount(part, '--sizes'));
  return [...new Set(sizes)].sort((a, b) => a - b);
}

function readCount(text: string, name: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1)
    throw new Error(`${name} takes whole numbers from 1 on, not "${text}"`);
  return count;
}
