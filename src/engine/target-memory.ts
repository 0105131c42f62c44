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

/**
 * The system of a client is the same one at another address: what was learnt at the last one counts on.
 *
 * @returns How many links were taken over.
 */
export async function keepLinks(client: string, outgoings: Iterable<Remembering>, links: MemoryStore): Promise<number> {
  let kept = 0;
  for (const { id, target, memory } of outgoings) {
    if (target.client !== client) continue;
    const before = await links.latest(`${id}${MARK}${target.entity}.`, memory.links);
    if (before !== undefined) kept += await links.takeOver(memory.links, before);
  }
  return kept;
}
