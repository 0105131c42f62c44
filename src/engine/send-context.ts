import type { SendContext } from '../connector/publishing/types.ts';
import type { LinkStore, TaskStore } from './deps.ts';
import type { Outgoing } from './workspace.ts';

/** The claim was taken back while this process was frozen; whoever has the tasks now goes on with them. */
export class ClaimLost extends Error {}

/** Since when a call may have taken effect, and how many have begun; undefined while none has. */
export interface CallsBegun {
  since: number | undefined;
  calls: number;
}

/** What reading needs: links and indexes of the target, as sending and planning see them. */
export function lookUps(outgoing: Outgoing, links: LinkStore): Pick<SendContext, 'links' | 'matchIndex'> {
  const { client, entity } = outgoing.target;
  return {
    links: (keys) => links.links(outgoing.id, keys),
    matchIndex: (fields) => {
      const scope = { client, entity, fields };
      return {
        scan: () => links.scan(scope),
        writeScan: (scan) => links.writeScan(scope, scan),
        add: (entries) => links.addMatches(scope, entries),
        replace: async (entries) => {
          await links.dropMovedMatches(scope, entries);
          await links.addMatches(scope, entries);
        },
        find: (values) => links.matches(scope, values),
      };
    },
  };
}

/** What a publisher sends one claim with: the mark goes into the store before each call. */
export function sendContext(
  claim: number,
  outgoing: Outgoing,
  begun: CallsBegun,
  { tasks, links, now }: { readonly tasks: TaskStore; readonly links: LinkStore; readonly now: () => number },
): SendContext {
  const { client, entity } = outgoing.target;
  return {
    ...lookUps(outgoing, links),
    beforeSend: async () => {
      if (!(await tasks.markSending(claim))) throw new ClaimLost();
      begun.since ??= now();
      begun.calls += 1;
    },
    notSent: async () => {
      // The mark is for the whole claim: it stays when an earlier call of it went out.
      if (begun.calls > 1) return;
      begun.since = undefined;
      begun.calls = 0;
      await tasks.clearSending(claim);
    },
    forget: (key, targetId) => links.forgetTarget(outgoing.id, key, client, entity, targetId),
    record: (exchange) => tasks.recordExchange({ ...exchange, client }),
  };
}
