import { saysNothing } from './translate-part.ts';

const SECRET = /pass|secret|token|key|authorization/i;

/** A value as reports show it: short, and without secrets. */
export function shown(value: unknown): string {
  const hide = (name: string, each: unknown): unknown =>
    SECRET.test(name) && typeof each === 'string' && each !== '' && !each.startsWith('${') ? '…' : each;
  return JSON.stringify(value, hide).slice(0, 200);
}

/**
 * Names what an object of an export says that becomes nothing here.
 *
 * @param known Names that are carried over, or that change nothing.
 */
export function leftovers(given: Readonly<Record<string, unknown>>, known: readonly string[], of: string): string[] {
  return Object.entries(given)
    .filter(([name, value]) => !known.includes(name) && !saysNothing(value))
    .map(
      ([name, value]) =>
        `"${name}" of ${of} is not carried over: ${shown({ [name]: value }).slice(name.length + 4, -1)}`,
    );
}
