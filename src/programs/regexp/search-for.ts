import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';
import { type RegExpEngine, whyUnusable } from './regexp-engine.ts';

/** Texts do not come out of QuickJS as they are where they have lone surrogates or zeros: those come as JSON. */
const SAME_TEXT = 0;
const JSON_TEXT = 2;

type Handle = QuickJSHandle;
type Handles = readonly [Handle, Handle, Handle, Handle, Handle, Handle, Handle];

/**
 * Searches for what the world of a program asks for, see `REGEXP_REALM`.
 *
 * @returns JSON of what was found, or `e` and why the expression cannot be used.
 */
export function searchFor(engine: RegExpEngine, context: QuickJSContext, args: readonly QuickJSHandle[]): string {
  const [source, flags, how, text, from, isSticky, limit] = args as Handles;
  const kind = context.getNumber(how);
  const sent = kind === SAME_TEXT ? undefined : context.getString(text);
  try {
    const found = engine.find({
      source: JSON.parse(context.getString(source)) as string,
      flags: context.getString(flags),
      text: kind === JSON_TEXT ? (JSON.parse(sent ?? '') as string) : sent,
      from: context.getNumber(from),
      isSticky: context.getNumber(isSticky) === 1,
      limit: context.getNumber(limit),
    });
    return JSON.stringify(found);
  } catch (error) {
    const reason = whyUnusable(error);
    if (reason === undefined) throw error;
    return `e${reason}`;
  }
}
