import connector from './connector.ts';
import type { PublisherComponent } from '../connector/publishing/types.ts';

const all: readonly PublisherComponent[] = [connector];

/** Every kind of target, by its `type`. */
export const publishers: ReadonlyMap<string, PublisherComponent> = new Map(all.map((each) => [each.type, each]));
