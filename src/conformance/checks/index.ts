import type { Check } from '../types.ts';
import checkCall from './check-call.ts';
import hosts from './hosts.ts';
import keys from './keys.ts';
import paging from './paging.ts';
import reads from './reads.ts';
import redaction from './redaction.ts';
import rules from './rules.ts';
import signIn from './sign-in.ts';
import statuses from './statuses.ts';
import titles from './titles.ts';
import writes from './writes.ts';

/** Every check of a connector that could be loaded, in the order in which they run. */
export const CHECKS: readonly Check[] = [
  ...[checkCall, reads, keys, paging, writes, redaction, statuses, rules, hosts, signIn, titles],
];
