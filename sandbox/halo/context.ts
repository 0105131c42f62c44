import type { Counts } from './counts.ts';
import type { Settings } from './options.ts';
import type { Selections } from './selection.ts';
import type { KeySink } from './sink.ts';
import type { SandboxStore } from './store.ts';
import type { WebhookSender } from './webhooks.ts';
import type { FaultEffect, Strike } from './faults.ts';

/** What the handlers of the API work with. */
export interface ApiContext {
  readonly settings: Settings;
  readonly store: SandboxStore;
  readonly selections: Selections;
  readonly sink: KeySink;
  readonly counts: Counts;
  readonly webhooks: WebhookSender;
}

/** The effects of one kind among those that hit a request. */
export function strikesOf<Kind extends FaultEffect['kind']>(
  strikes: readonly Strike[],
  kind: Kind,
): { effect: Extract<FaultEffect, { kind: Kind }>; round: number }[] {
  return strikes.flatMap(({ effect, round }) => (isKind(effect, kind) ? [{ effect, round }] : []));
}

function isKind<Kind extends FaultEffect['kind']>(
  effect: FaultEffect,
  kind: Kind,
): effect is Extract<FaultEffect, { kind: Kind }> {
  return effect.kind === kind;
}
