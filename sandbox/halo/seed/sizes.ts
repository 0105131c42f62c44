/** How many records of each kind there are at the start. What tickets, assets and the rest hang on is made by need. */
export interface SeedSizes {
  readonly tickets?: number;
  readonly actions?: number;
  readonly attachments?: number;
  readonly assets?: number;
  readonly clients?: number;
  readonly sites?: number;
  readonly users?: number;
  readonly invoices?: number;
  readonly items?: number;
  readonly contracts?: number;
  readonly suppliers?: number;
  readonly articles?: number;
  /** Agents including "Unassigned" (1) and "API Agent" (5); default 8. */
  readonly agents?: number;
  /** Every how many-th client, site, user, asset, item and supplier is inactive; default 0, none. */
  readonly inactiveEvery?: number;
  /** Number of the random sequence; the same number makes the same data. Default 1. */
  readonly random?: number;
}

/** First ids; different for each entity, so that an id in the wrong place is seen. */
export const FIRST_IDS = {
  clients: 11,
  sites: 101,
  users: 501,
  assets: 3001,
  tickets: 20001,
  attachments: 1701,
  suppliers: 61,
  items: 201,
  contracts: 71,
  invoices: 9001,
  articles: 401,
} as const;

type Counts = Required<SeedSizes>;

/** Fills in the sizes: customers appear as soon as something needs them. */
export function resolveSizes(sizes: SeedSizes, syntheticTickets: number): Counts {
  const { tickets = 0, actions = 0, attachments = 0, assets = 0, invoices = 0, contracts = 0 } = sizes;
  const { items = 0, suppliers = 0, articles = 0, users: wantedUsers = 0, sites: wantedSites = 0 } = sizes;
  const needsCustomers =
    tickets + actions + attachments + assets + invoices + contracts + wantedUsers + wantedSites + syntheticTickets > 0;
  const clients = sizes.clients ?? (needsCustomers ? 20 : 0);
  return {
    tickets,
    actions,
    attachments,
    assets,
    invoices,
    contracts,
    items,
    suppliers,
    articles,
    clients,
    sites: sizes.sites ?? (needsCustomers ? clients * 2 : 0),
    users: sizes.users ?? (needsCustomers ? clients * 5 : 0),
    agents: Math.max(sizes.agents ?? 8, 5),
    inactiveEvery: sizes.inactiveEvery ?? 0,
    random: sizes.random ?? 1,
  };
}
