import { formatDate } from '../dates.ts';
import { textOf, type HaloRecord } from '../record.ts';
import type { SandboxStore } from '../store.ts';
import { guidOf } from '../table.ts';
import { OUTCOMES } from './configuration.ts';
import { pick } from './random.ts';
import { FIRST_IDS, type SeedSizes } from './sizes.ts';
import { COMPANY_HEADS, MODELS, PROBLEMS } from './words.ts';

const DAY_MS = 86_400_000;
type IsInactive = (index: number) => boolean;

/** Fills what stands beside tickets and assets: actions, attachments, invoices, items, contracts, suppliers, articles. */
export function seedBusiness(
  store: SandboxStore,
  sizes: Required<SeedSizes>,
  clients: readonly HaloRecord[],
  isInactive: IsInactive,
  baseMs: number,
): void {
  const tickets = store.rows('tickets');
  const dateOf = (index: number): number => baseMs - ((index * 7) % 180) * DAY_MS;
  const fill = (name: string, count: number, build: (index: number) => HaloRecord): void => {
    for (let index = 0; index < count; index += 1) store.put(name, build(index), dateOf(index));
  };
  fill('actions', tickets.length === 0 ? 0 : sizes.actions, (index) =>
    buildAction(index, pick(tickets, index), tickets.length),
  );
  fill('attachment', tickets.length === 0 ? 0 : sizes.attachments, (index) =>
    buildAttachment(index, pick(tickets, index)),
  );
  fill('supplier', sizes.suppliers, (index) => buildSupplier(index, isInactive(index)));
  fill('item', sizes.items, (index) => buildItem(index, isInactive(index)));
  fill('kbarticle', sizes.articles, (index) => buildArticle(index, dateOf(index)));
  fill('invoice', clients.length === 0 ? 0 : sizes.invoices, (index) =>
    buildInvoice(index, pick(clients, index), dateOf(index)),
  );
  fill('clientcontract', clients.length === 0 ? 0 : sizes.contracts, (index) =>
    buildContract(index, pick(clients, index), dateOf(index)),
  );
}

/** Ids of actions restart at 1 in every ticket. */
function buildAction(index: number, ticket: HaloRecord, ticketCount: number): HaloRecord {
  const round = Math.floor(index / ticketCount);
  const openedAt = Date.parse(`${textOf(ticket.dateoccurred)}Z`);
  const at = formatDate(openedAt + round * 600_000);
  const outcome_id = round === 0 ? 1 : 7;
  return {
    id: round + 1,
    ticket_id: ticket.id ?? 0,
    outcome: OUTCOMES[outcome_id] ?? '',
    outcome_id,
    who: round === 0 ? textOf(ticket.user_name) : 'API Agent',
    who_agentid: round === 0 ? 0 : 5,
    who_type: round === 0 ? 0 : 1,
    guid: guidOf('actions', index),
    actiondatecreated: at,
    datetime: at,
    note: round === 0 ? textOf(ticket.details) : 'Asked the user for the serial number',
    hiddenfromuser: round !== 0,
    timetaken: round * 0.25,
    old_status: 1,
    new_status: round === 0 ? 1 : 2,
  };
}

function buildAttachment(index: number, ticket: HaloRecord): HaloRecord {
  const bytes = Buffer.from(`log of ticket ${textOf(ticket.id)}\n`);
  return {
    id: FIRST_IDS.attachments + index,
    filename: `log-${index + 1}.txt`,
    datecreated: ticket.dateoccurred ?? '',
    filesize: bytes.length,
    type: 1,
    unique_id: ticket.id ?? 0,
    isimage: false,
    ticket_id: ticket.id ?? 0,
    action_id: 1,
    data_base64: bytes.toString('base64'),
  };
}

function buildSupplier(index: number, inactive: boolean): HaloRecord {
  const name = `${pick(COMPANY_HEADS, index * 3)} Supplies ${index + 1}`;
  return {
    id: FIRST_IDS.suppliers + index,
    name,
    toplevel_id: 1,
    inactive,
    contact_name: '',
    email_address: '',
    customfields: [],
  };
}

function buildItem(index: number, inactive: boolean): HaloRecord {
  const [assettype_id, assettype_name, , models] = pick(MODELS, index);
  const baseprice = 100 + ((index * 37) % 1500);
  const name = `${pick<string>(models, index)} #${index + 1}`;
  const stock = { quantity_in_stock: index % 20, baseprice, costprice: baseprice * 0.8 };
  return {
    id: FIRST_IDS.items + index,
    name,
    use: 'item',
    inactive,
    assettype_id,
    assettype_name,
    ...stock,
    customfields: [],
  };
}

function buildArticle(index: number, createdAt: number): HaloRecord {
  const [summary, details] = pick(PROBLEMS, index);
  const dates = { date_created: formatDate(createdAt), date_edited: formatDate(createdAt) };
  const texts = { name: `${summary} (${index + 1})`, description: details, resolution: 'Restart and try again.' };
  return {
    id: FIRST_IDS.articles + index,
    ...texts,
    view_count: index,
    ...dates,
    inactive: false,
    type: 0,
    customfields: [],
  };
}

function buildInvoice(index: number, client: HaloRecord, invoicedAt: number): HaloRecord {
  const total = 250 + ((index * 91) % 4000);
  return {
    id: FIRST_IDS.invoices + index,
    use: 'invoice',
    client_id: client.id ?? 0,
    client_name: client.name ?? '',
    invoicenumber: `INV-${String(index + 1).padStart(6, '0')}`,
    invoice_date: formatDate(invoicedAt),
    duedate: formatDate(invoicedAt + 30 * DAY_MS),
    total,
    amountdue: index % 3 === 0 ? total : 0,
    posted: true,
    lines: [{ id: 1, item_shortdescription: 'Managed service', qty_order: 1, unit_price: total }],
    customfields: [],
  };
}

function buildContract(index: number, client: HaloRecord, startedAt: number): HaloRecord {
  return {
    id: FIRST_IDS.contracts + index,
    client_id: client.id ?? 0,
    client_name: client.name ?? '',
    ref: `CON-${String(index + 1).padStart(4, '0')}`,
    start_date: formatDate(startedAt),
    end_date: formatDate(startedAt + 365 * DAY_MS),
    expired: false,
    active: true,
    status: 0,
    periodchargeamount: 500 + (index % 10) * 50,
    customfields: [],
  };
}
