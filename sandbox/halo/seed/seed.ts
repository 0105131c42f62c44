import type { HaloRecord } from '../record.ts';
import type { SandboxStore } from '../store.ts';
import { buildAsset } from './assets.ts';
import { seedBusiness } from './business.ts';
import { seedConfiguration } from './configuration.ts';
import { buildClient, buildSite, buildUser } from './customers.ts';
import { pick, scatter } from './random.ts';
import { resolveSizes, type SeedSizes } from './sizes.ts';
import { buildTicketRow, withTicketDetails, type TicketTimes, type World } from './tickets.ts';

const DAY_MS = 86_400_000;
/** How far back the seeded data goes. */
export const SPAN_MS = 180 * DAY_MS;

/** Fills an empty store; the same sizes make the same data. */
export function seedStore(store: SandboxStore, wanted: SeedSizes, syntheticTickets: number, baseMs: number): World {
  const sizes = resolveSizes(wanted, syntheticTickets);
  const changeOf = (index: number): number => baseMs - (scatter(sizes.random, index, 21) % SPAN_MS);
  const isInactive = (index: number): boolean =>
    sizes.inactiveEvery > 0 && index % sizes.inactiveEvery === sizes.inactiveEvery - 1;
  seedConfiguration(store, sizes.agents, baseMs - SPAN_MS);
  const clients = fill(sizes.clients, 'client', (index) => buildClient(index, isInactive(index)));
  const sites = fill(clients.length === 0 ? 0 : sizes.sites, 'site', (index) =>
    buildSite(index, pick(clients, index), clients.length, isInactive(index)),
  );
  const users = fill(sites.length === 0 ? 0 : sizes.users, 'users', (index) =>
    buildUser(index, pick(sites, index), sizes.random, isInactive(index)),
  );
  const world: World = { random: sizes.random, users, sites, agents: sizes.agents };
  fill(sizes.assets, 'asset', (index) => buildAsset(index, changeOf(index), world, isInactive(index)));
  seedTickets(store, syntheticTickets > 0 ? 0 : sizes.tickets, world, baseMs);
  seedBusiness(store, sizes, clients, isInactive, baseMs);
  return world;

  function fill(count: number, name: string, build: (index: number) => HaloRecord): HaloRecord[] {
    return Array.from({ length: count }, (_, index) => store.put(name, build(index), changeOf(index)));
  }
}

/** Tickets are opened in the order of their ids and changed up to two weeks later. */
function seedTickets(store: SandboxStore, count: number, world: World, baseMs: number): void {
  for (let index = 0; index < count; index += 1) {
    const openedAt = baseMs - SPAN_MS + Math.floor((index * SPAN_MS) / count);
    const changedAt = Math.min(baseMs, openedAt + (scatter(world.random, index, 31) % (14 * DAY_MS)));
    const times: TicketTimes = { openedAt, changedAt };
    store.put('tickets', withTicketDetails(buildTicketRow(index, times, world), index, times), changedAt);
  }
}
