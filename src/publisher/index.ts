import connector from './connector.ts';
import file from './file.ts';
import none from './none.ts';
import storage from './storage.ts';
import type { PublisherComponent } from '../connector/publishing/types.ts';

const all: readonly PublisherComponent[] = [connector, file, none, storage];

/** Every kind of target, by its `type`. */
export const publishers: ReadonlyMap<string, PublisherComponent> = new Map(all.map((each) => [each.type, each]));
