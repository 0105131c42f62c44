import connector from './connector.ts';
import webhook from './webhook.ts';
import type { SubscriberComponent } from '../connector/subscribing.ts';

const all: readonly SubscriberComponent[] = [connector, webhook];

/** Every kind of source, by its `type`. */
export const subscribers: ReadonlyMap<string, SubscriberComponent> = new Map(all.map((each) => [each.type, each]));
