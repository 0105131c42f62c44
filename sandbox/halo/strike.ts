import { setTimeout as sleep } from 'node:timers/promises';
import { json, message, type Answer } from './answer.ts';
import type { FaultEffect, Strike } from './faults.ts';

const HTML = '<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>';

/** What becomes of a request in the end. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** Announces the whole body and hangs up in the middle of it. */
  | { readonly kind: 'cut'; readonly answer: Answer }
  | { readonly kind: 'stream'; readonly megabytes: number }
  | { readonly kind: 'drop' }
  | { readonly kind: 'hang' };

/** Handles a request under the effects that hit it: those before the handler, the handler, those after it. */
export async function strikeRequest(
  strikes: readonly Strike[],
  handle: () => Answer,
  signal: AbortSignal,
): Promise<Outcome> {
  for (const { effect } of strikes) {
    if (effect.kind === 'delay') await sleep(effect.ms, undefined, { signal, ref: false });
    const early = before(effect);
    if (early !== undefined) return early;
  }
  const answer = handle();
  for (const { effect } of strikes) {
    const late = after(effect, answer);
    if (late !== undefined) return late;
  }
  return { kind: 'answer', answer };
}

/** Effects that keep the request from Halo. */
function before(effect: FaultEffect): Outcome | undefined {
  if (effect.kind === 'drop') return { kind: 'drop' };
  if (effect.kind === 'huge') return { kind: 'stream', megabytes: effect.megabytes };
  const answer = replacement(effect);
  return answer === undefined ? undefined : { kind: 'answer', answer };
}

/** The answer that stands in the place of Halo's own. */
function replacement(effect: FaultEffect): Answer | undefined {
  if (effect.kind === 'answer') return given(effect);
  if (effect.kind === 'unauthorized') return message(401, 'Authorization has been denied for this request.');
  if (effect.kind === 'unavailable') {
    const headers = { 'retry-after': String(effect.retryAfterSeconds ?? 1) };
    return message(503, 'The service is unavailable.', headers);
  }
  if (effect.kind !== 'html') return undefined;
  return { status: effect.status ?? 200, body: HTML, headers: { 'content-type': 'text/html; charset=utf-8' } };
}

/** Effects on a request that Halo has handled. */
function after(effect: FaultEffect, answer: Answer): Outcome | undefined {
  if (effect.kind === 'commit-then-drop') return { kind: 'drop' };
  if (effect.kind === 'commit-then-hang') return { kind: 'hang' };
  if (effect.kind !== 'truncated') return undefined;
  if (effect.how === 'connection') return { kind: 'cut', answer };
  return { kind: 'answer', answer: { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) } };
}

/** Text goes out as it is, so that a body can be any nonsense; the rest as JSON. */
function given({ status, body = '', headers = {} }: Extract<FaultEffect, { kind: 'answer' }>): Answer {
  return typeof body === 'string' ? { status, body, headers } : json(status, body, headers);
}
