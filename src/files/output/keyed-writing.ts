import { ConfigError } from '../../core/errors.ts';
import { WRITING_FORMATS } from '../options.ts';
import type { WritingOptions } from '../write-rows.ts';

/** How a file is written whose rows are told apart by columns. */
export interface KeyedWriting extends WritingOptions {
  readonly key: readonly string[];
}

/** How it is said in a configuration. */
interface GivenWriting {
  /** Name of the file, or a template of it: its ending tells the format. */
  readonly name: string;
  readonly format?: WritingOptions['format'] | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly key: readonly string[];
  readonly separator: string;
  readonly formulas: 'guard' | 'keep';
}

/** Completes and checks what was said. Throws ConfigError ERR_INVALID. */
export function keyedWriting({ name, format, columns, key, separator, formulas }: GivenWriting): KeyedWriting {
  const wanted = format ?? formatOfName(name);
  if (!wanted) throw wrong('format', `"${name}" does not end in ${WRITING_FORMATS.join(', ')}; say what the file is`);
  if (wanted !== 'ndjson' && !columns) throw wrong('columns', `a file of this kind (${wanted}) needs its columns`);
  const missing = columns && key.find((each) => !columns.includes(each));
  if (missing !== undefined) throw wrong('key', `"${missing}" has to be one of the columns`);
  return { format: wanted, columns: columns ?? [], key, separator, guardFormulas: formulas === 'guard' };
}

function formatOfName(name: string): WritingOptions['format'] | undefined {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return ending === 'jsonl' ? 'ndjson' : WRITING_FORMATS.find((each) => each === ending);
}

function wrong(path: string, message: string): ConfigError {
  return new ConfigError('ERR_INVALID', `${path}: ${message}`, { details: { problems: [{ path, message }] } });
}
