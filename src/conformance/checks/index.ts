import type { Check } from '../types.ts';
import checkCall from './check-call.ts';
import keys from './keys.ts';
import paging from './paging.ts';
import reads from './reads.ts';
import titles from './titles.ts';
import writes from './writes.ts';

/** Every check of a connector that could be loaded, in the order in which they run. */
export const CHECKS: readonly Check[] = [checkCall, reads, keys, paging, writes, titles];
