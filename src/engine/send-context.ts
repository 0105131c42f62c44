import type { SendContext } from '../connector/publishing/types.ts';
import type { LinkStore, TaskStore } from './deps.ts';
import type { InDoubt } from './in-doubt.ts';
import { type PatienceDeps, withPatience } from './patience.ts';
import type { SendingMark } from './sending-mark.ts';
import type { Outgoing } from './workspace.ts';

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
  mark: SendingMark,
  inDoubt: InDoubt,
  outgoing: Outgoing,
  deps: PatienceDeps & { readonly tasks: TaskStore; readonly links: LinkStore },
  signal: AbortSignal,
): SendContext {
  const { memory } = outgoing;
  const { client, entity } = outgoing.target;
  const links = patientLinks(deps.links, deps, signal);
  return {
    ...lookUps(outgoing, links),
    beforeCall: () => inDoubt.enter(),
    beforePlace: (place) => mark.ahead(place),
    beforeSend: () => mark.begin(),
    notSent: () => mark.notSent(),
    forget: (key, targetId) => links.forgetTarget(memory.links, key, memory.matches, entity, targetId),
    record: (exchange) => deps.tasks.recordExchange({ ...exchange, client }),
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
