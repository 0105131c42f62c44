/** Names that what was learnt of a target is kept under. */
export interface TargetMemory {
  /** Of links: the outgoing, and the system and entity that it writes to. */
  readonly links: string;
  /** Of the index of matches: the client, and its system. */
  readonly matches: string;
}

/** Between a name and its system; no identifier has it. */
const MARK = '#';

/**
 * What an outgoing learns is known of the system and entity that it writes to. With another address of its client it
 * begins with nothing, so that no id of one system is taken for one of another; back at the old address, it is there again.
 *
 * @param system Undefined where the publisher has no client.
 */
export function targetMemory(
  outgoing: string,
  client: string,
  entity: string,
  system: string | undefined,
): TargetMemory {
  if (system === undefined) return { links: outgoing, matches: client };
  return { links: `${outgoing}${MARK}${entity}.${system}`, matches: `${client}${MARK}${system}` };
}

/** What outgoings that write through clients have learnt, as the store keeps it. */
export interface MemoryStore {
  takeOver(to: string, from: string): Promise<number>;
  latest(start: string, without: string): Promise<string | undefined>;
  countOnlyIn(name: string, other: string): Promise<number>;
  known(names: readonly string[]): Promise<string[]>;
  drop(name: string): Promise<void>;
}

interface Remembering {
  readonly id: string;
  readonly target: { readonly client: string; readonly entity: string };
  readonly memory: TargetMemory;
}

/** Links of versions that knew no systems are those of the system that is there now. Safe to do again. */
export async function adoptLinks(outgoings: Iterable<Remembering>, links: MemoryStore): Promise<void> {
  const own = new Map([...outgoings].map(({ id, memory }) => [id, memory.links]));
  for (const [id, name] of own) if (id === name) own.delete(id);
  for (const id of await links.known([...own.keys()])) {
    await links.takeOver(own.get(id) ?? id, id);
    await links.drop(id);
  }
}

/** What outgoings learnt at the last address of a client and does not count at the present one: how many links of each. */
export async function linksElsewhere(
  client: string,
  outgoings: Iterable<Remembering>,
  links: MemoryStore,
): Promise<{ outgoing: string; links: number }[]> {
  const found: { outgoing: string; links: number }[] = [];
  for (const { id, memory, before } of await earlierMemories(client, outgoings, links)) {
    const count = await links.countOnlyIn(before, memory.links);
    if (count > 0) found.push({ outgoing: id, links: count });
  }
  return found;
}

/**
 * The system of a client is the same one at another address: what was learnt at the last one counts on.
 *
 * @returns How many links were taken over.
 */
export async function keepLinks(client: string, outgoings: Iterable<Remembering>, links: MemoryStore): Promise<number> {
  let kept = 0;
  for (const { memory, before } of await earlierMemories(client, outgoings, links)) {
    kept += await links.takeOver(memory.links, before);
  }
  return kept;
}

/** Outgoings of a client that learnt something at an earlier address, with the name of the last one. */
async function earlierMemories(
  client: string,
  outgoings: Iterable<Remembering>,
  links: MemoryStore,
): Promise<(Remembering & { readonly before: string })[]> {
  const found: (Remembering & { readonly before: string })[] = [];
  for (const { id, target, memory } of outgoings) {
    if (target.client !== client) continue;
    const before = await links.latest(`${id}${MARK}${target.entity}.`, memory.links);
    if (before !== undefined) found.push({ id, target, memory, before });
  }
  return found;
}
