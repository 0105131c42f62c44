import { createHash } from 'node:crypto';
import type { ScriptProgram } from '../core/component.ts';
import type { Order } from './protocol.ts';

/** Programs that one process keeps compiled. */
const MAX_KNOWN = 50;

const keys = new WeakMap<ScriptProgram, string>();

/** What programs a process has compiled: the same ones whose configuration was loaded twice are one. */
export class KnownPrograms {
  /** The key last used comes last. */
  readonly #known = new Set<string>();

  /** Notes that a program is used; `orders` are what the process has to be told before. */
  use(program: ScriptProgram): { readonly key: string; readonly orders: readonly Order[] } {
    const key = keyOf(program);
    const isNew = !this.#known.delete(key);
    this.#known.add(key);
    if (!isNew) return { key, orders: [] };
    const oldest = this.#known.size > MAX_KNOWN ? [...this.#known][0] : undefined;
    if (oldest === undefined) return { key, orders: [{ kind: 'learn', key, program }] };
    this.#known.delete(oldest);
    return {
      key,
      orders: [
        { kind: 'forget', key: oldest },
        { kind: 'learn', key, program },
      ],
    };
  }
}

function keyOf(program: ScriptProgram): string {
  const known = keys.get(program);
  if (known !== undefined) return known;
  const { language, source, constants, timeoutMs } = program;
  const text = JSON.stringify([language, source, constants, timeoutMs]);
  const key = createHash('sha256').update(text).digest('base64url');
  keys.set(program, key);
  return key;
}
