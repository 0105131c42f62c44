import { type Accessor, registry } from '../part.ts';
import key from './key.ts';
import pattern from './pattern.ts';
import structure from './structure.ts';

/** Every accessor by its `type`. */
export const accessors = registry<Accessor>([key, pattern, structure]);
