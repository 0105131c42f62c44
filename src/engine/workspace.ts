import type { ConnectedClient } from '../connector/connect.ts';
import type { Publisher } from '../connector/publishing/types.ts';
import type { Subscriber } from '../connector/subscribing.ts';
import type { Transform } from '../core/component.ts';
import type { FieldPath } from '../core/field-path.ts';
import type { ClaimOrder } from '../core/task.ts';
import type { Problem } from '../core/validation.ts';
import type { Slots } from '../http/slots.ts';
import type { DeletionRule } from './deletions.ts';
import type { FlowBefore } from './flows-before.ts';
import type { RouteSpec, Schedule } from './kinds.ts';
import type { Notification } from './notifications/compile.ts';
import type { TargetMemory } from './target-memory.ts';
import type { Webhook } from './webhook.ts';

/** An incoming, compiled. */
export interface Incoming {
  readonly id: string;
  readonly disabled: boolean;
  /** Client it reads through; '' where the subscriber has none. */
  readonly client: string;
  readonly subscriber: Subscriber;
  readonly transform: Transform;
  readonly schedule: Schedule | undefined;
  /** Flows that come first: while records of theirs are missing in the target, nothing is read. */
  readonly after: readonly FlowBefore[];
  /** How it notices what the source has no more; undefined where it does not. */
  readonly deletions: DeletionRule | undefined;
  /** How deliveries are taken; undefined where none are. */
  readonly webhook: Webhook | undefined;
}

/** An outgoing, compiled. */
export interface Outgoing {
  readonly id: string;
  readonly disabled: boolean;
  readonly transform: Transform;
  readonly publisher: Publisher;
  /** Places for its batches that are sent and not settled. */
  readonly inDoubt: Slots;
  /** Client and entity that are written to; empty where the publisher has none. */
  readonly target: { readonly client: string; readonly entity: string };
  /** What links and matches of it are kept under. */
  readonly memory: TargetMemory;
  /** Route that gets the records which follow from answers. */
  readonly afterwards: string | undefined;
}

/** A route, compiled. */
export interface Route {
  readonly id: string;
  readonly disabled: boolean;
  readonly incoming: string;
  readonly outgoing: string;
  readonly transform: Transform;
  readonly retry: RouteSpec['retry'];
  readonly backlogLimit: number;
  readonly order: ClaimOrder;
  /** Paths of fields that tasks are found by besides their key. */
  readonly searchFields: readonly FieldPath[];
}

/** One version of the whole configuration, compiled. Runs and batches finish on the version that they began with. */
export interface Workspace {
  readonly revision: number;
  readonly clients: ReadonlyMap<string, ConnectedClient>;
  readonly incomings: ReadonlyMap<string, Incoming>;
  readonly outgoings: ReadonlyMap<string, Outgoing>;
  readonly routes: ReadonlyMap<string, Route>;
  readonly notifications: ReadonlyMap<string, Notification>;
  /** Everything that is wrong, by document; what is named here is left out above. */
  readonly problems: readonly DocumentProblems[];
  close(): void;
}

export interface DocumentProblems {
  readonly kind: string;
  readonly identifier: string;
  /** Of a route that is switched on: the incoming that feeds it. */
  readonly incoming?: string;
  readonly problems: readonly Problem[];
}
