import connector from './connector.ts';
import type { SubscriberComponent } from '../connector/subscribing.ts';

const all: readonly SubscriberComponent[] = [connector];

/** Every kind of source, by its `type`. */
export const subscribers: ReadonlyMap<string, SubscriberComponent> = new Map(all.map((each) => [each.type, each]));
