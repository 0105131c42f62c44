import connector from './connector.ts';
import file from './file.ts';
import storage from './storage.ts';
import webhook from './webhook.ts';
import type { SubscriberComponent } from '../connector/subscribing.ts';

const all: readonly SubscriberComponent[] = [connector, file, storage, webhook];

/** Every kind of source, by its `type`. */
export const subscribers: ReadonlyMap<string, SubscriberComponent> = new Map(all.map((each) => [each.type, each]));
