import { formatDate, NO_DATE } from '../dates.ts';
import { textOf, type HaloRecord } from '../record.ts';
import { CLOSED_STATUS_ID, CUSTOM_FIELDS, teamOf } from './configuration.ts';
import { pick, scatter } from './random.ts';
import { FIRST_IDS } from './sizes.ts';
import { PROBLEMS } from './words.ts';

const HOUR_MS = 3_600_000;
const STATUS_SPREAD = [1, 2, 2, 3, 4, 5, 8, CLOSED_STATUS_ID, CLOSED_STATUS_ID, CLOSED_STATUS_ID] as const;

/** What tickets and assets hang on. */
export interface World {
  readonly random: number;
  readonly users: readonly HaloRecord[];
  readonly sites: readonly HaloRecord[];
  readonly agents: number;
}

/** When a ticket was opened and last changed, epoch milliseconds. */
export interface TicketTimes {
  readonly openedAt: number;
  readonly changedAt: number;
}

/** Makes the row of a list, the n-th ticket; depends on its arguments only. */
export function buildTicketRow(index: number, times: TicketTimes, world: World): HaloRecord {
  const number = scatter(world.random, index, 1);
  const status = pick(STATUS_SPREAD, scatter(world.random, index, 2));
  const [summary, details, category] = pick(PROBLEMS, number);
  const changed = formatDate(times.changedAt);
  return {
    id: FIRST_IDS.tickets + index,
    dateoccurred: formatDate(times.openedAt),
    summary,
    details,
    status_id: status,
    tickettype_id: category.startsWith('Request') ? 3 : 1,
    sla_id: 1,
    priority_id: 1 + (number % 4),
    ...requester(scatter(world.random, index, 3), world),
    team: teamOf(number),
    agent_id: 1 + (scatter(world.random, index, 4) % world.agents),
    category_1: category,
    fixbydate: formatDate(times.openedAt + 24 * HOUR_MS),
    respondbydate: formatDate(times.openedAt + 2 * HOUR_MS),
    targetdate: NO_DATE,
    targettime: NO_DATE,
    lastactiondate: changed,
    last_update: changed,
    inactive: false,
    onhold: status === 5,
    hasbeenclosed: status === CLOSED_STATUS_ID,
    use: 'ticket',
  };
}

/** Adds what only GET /Tickets/{id} shows. */
export function withTicketDetails(row: HaloRecord, index: number, times: TicketTimes): HaloRecord {
  const [reference, rmm] = CUSTOM_FIELDS;
  const text = `EXT-${1001 + index}`;
  return {
    ...row,
    details_html: `<p>${textOf(row.details)}</p>`,
    impact: 3,
    urgency: 2,
    workflow_id: 0,
    workflow_step: 0,
    source: 'Manual',
    dateclosed: row.hasbeenclosed === true ? formatDate(times.changedAt) : NO_DATE,
    customfields: [
      {
        id: reference.id,
        name: reference.name,
        label: reference.label,
        type: reference.type,
        value: text,
        display: text,
      },
      {
        id: rmm.id,
        name: rmm.name,
        label: rmm.label,
        type: rmm.type,
        value: index % 2 === 0,
        display: yesNo(index % 2 === 0),
      },
    ],
    assets: [],
    attachments: [],
    parent_id: 0,
  };
}

function requester(number: number, { users }: World): HaloRecord {
  if (users.length === 0)
    return { client_id: 0, client_name: '', site_id: 0, site_name: '', user_id: 0, user_name: '' };
  const user = pick(users, number);
  return {
    client_id: user.client_id ?? 0,
    client_name: user.client_name ?? '',
    site_id: user.site_id ?? 0,
    site_name: user.site_name ?? '',
    user_id: user.id ?? 0,
    user_name: user.name ?? '',
  };
}

function yesNo(value: boolean): string {
  return value ? 'Yes' : 'No';
}
