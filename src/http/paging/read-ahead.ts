import { isDeepStrictEqual } from 'node:util';
import type { HttpAnswer, HttpRequest } from '../types.ts';

/** One call that is made before anybody knows for sure that it is needed. */
export interface ReadAhead {
  /** Begins a call; there is one at a time. */
  ask(call: HttpRequest): void;
  /** The answer of a call: of the one that was begun where it is the same, else of a new one. */
  take(call: HttpRequest): Promise<HttpAnswer>;
}

/** @param send Makes a call. What it throws ahead of time is thrown when the answer is taken. */
export function createReadAhead(send: (call: HttpRequest) => Promise<HttpAnswer>): ReadAhead {
  let asked: { readonly call: HttpRequest; readonly answer: Promise<HttpAnswer> } | undefined;
  return {
    ask(call) {
      const answer = send(call);
      // Whoever takes it hears of it; nobody has to.
      answer.catch(() => undefined);
      asked = { call, answer };
    },
    take(call) {
      const before = asked;
      asked = undefined;
      return before && isDeepStrictEqual(before.call, call) ? before.answer : send(call);
    },
  };
}
