import type { SendContext } from '../connector/publishing/types.ts';
import type { LinkStore, TaskStore } from './deps.ts';
import { type PatienceDeps, withPatience } from './patience.ts';
import type { Outgoing } from './workspace.ts';

/** The claim was taken back while this process was frozen; whoever has the tasks now goes on with them. */
export class ClaimLost extends Error {}

/**
 * The mark of a claim is written again after this time at most. A process that is frozen keeps its lease for longer, so
 * one that goes on after its claim was taken back has to write it, and learns that it is lost.
 */
const MARK_MS = 250;

/** Since when a call may have taken effect, and how many have begun; undefined while none has. */
export interface CallsBegun {
  since: number | undefined;
  calls: number;
  /** When the claim was marked last, epoch milliseconds; 0 while it is not. */
  markedAt: number;
}

/** What reading needs: links and indexes of the target, as sending and planning see them. */
export function lookUps(outgoing: Outgoing, links: LinkStore): Pick<SendContext, 'links' | 'owners' | 'matchIndex'> {
  const { memory } = outgoing;
  const { entity } = outgoing.target;
  return {
    links: (keys) => links.links(memory.links, keys),
    owners: (ids) => links.owners(memory.links, ids),
    matchIndex: (fields) => {
      const scope = { client: memory.matches, entity, fields };
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
  deps: PatienceDeps & { readonly tasks: TaskStore; readonly links: LinkStore; readonly now: () => number },
  signal: AbortSignal,
): SendContext {
  const { tasks, now } = deps;
  const { memory } = outgoing;
  const { client, entity } = outgoing.target;
  const links = patientLinks(deps.links, deps, signal);
  return {
    ...lookUps(outgoing, links),
    beforeSend: async () => {
      if (begun.markedAt + MARK_MS <= now()) {
        const mark = async (): Promise<number> => {
          const markedAt = now();
          if (!(await tasks.markSending(claim))) throw new ClaimLost();
          return markedAt;
        };
        begun.markedAt = await withPatience(mark, deps, signal);
      }
      begun.since ??= now();
      begun.calls += 1;
    },
    notSent: async () => {
      // The mark is for the whole claim: it stays when an earlier call of it went out.
      if (begun.calls > 1) return;
      begun.since = undefined;
      begun.calls = 0;
      begun.markedAt = 0;
      await withPatience(() => tasks.clearSending(claim), deps, signal);
    },
    forget: (key, targetId) => links.forgetTarget(memory.links, key, memory.matches, entity, targetId),
    record: (exchange) => tasks.recordExchange({ ...exchange, client }),
  };
}

/** All of these may be done twice. A batch has calls behind it whose results a fault here must not take along. */
function patientLinks(links: LinkStore, deps: PatienceDeps, signal: AbortSignal): LinkStore {
  const patient = <Result>(work: () => Promise<Result>): Promise<Result> => withPatience(work, deps, signal);
  return {
    links: (...args) => patient(() => links.links(...args)),
    owners: (...args) => patient(() => links.owners(...args)),
    forgetTarget: (...args) => patient(() => links.forgetTarget(...args)),
    scan: (...args) => patient(() => links.scan(...args)),
    writeScan: (...args) => patient(() => links.writeScan(...args)),
    addMatches: (...args) => patient(() => links.addMatches(...args)),
    dropMovedMatches: (...args) => patient(() => links.dropMovedMatches(...args)),
    matches: (...args) => patient(() => links.matches(...args)),
  };
}
