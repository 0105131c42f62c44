import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';
import { type RegExpEngine, whyUnusable } from './regexp-engine.ts';

/** Texts do not come out of QuickJS as they are where they have lone surrogates or zeros: those come as JSON. */
const SAME_TEXT = 0;
const JSON_TEXT = 2;

/**
 * Searches for what the world of a program asks for, see `REGEXP_REALM`.
 *
 * @returns JSON of what was found, or `e` and why the expression cannot be used.
 */
export function searchFor(engine: RegExpEngine, context: QuickJSContext, args: readonly QuickJSHandle[]): string {
  const values: readonly unknown[] = args.map((each) => context.dump(each) as unknown);
  const [source, flags, how, sent, from, isSticky, limit] = values as [
    string,
    string,
    number,
    string,
    number,
    boolean,
    number,
  ];
  const text = how === JSON_TEXT ? (JSON.parse(sent) as string) : sent;
  try {
    const found = engine.find({
      source: JSON.parse(source) as string,
      flags,
      text: how === SAME_TEXT ? undefined : text,
      from,
      isSticky,
      limit,
    });
    return JSON.stringify(found);
  } catch (error) {
    const reason = whyUnusable(error);
    if (reason === undefined) throw error;
    return `e${reason}`;
  }
}
