import type { HaloRecord } from '../record.ts';
import type { SandboxStore } from '../store.ts';
import { guidOf } from '../table.ts';
import { FIRST_NAMES, MODELS, PROBLEMS, SURNAMES } from './words.ts';
import { pick } from './random.ts';

/** Status of a ticket that is closed. */
export const CLOSED_STATUS_ID = 9;

/** Custom fields the sandbox knows, as /FieldInfo lists them. */
export const CUSTOM_FIELDS = [
  { id: 164, name: 'CFexternalReference', label: 'External reference', type: 0, typeid: 0 },
  { id: 171, name: 'CFrmmEnabled', label: 'RMM enabled', type: 6, typeid: 0 },
] as const;

/** Outcomes of actions by their id; 7 is the built-in private note. */
export const OUTCOMES: Readonly<Record<number, string>> = {
  1: 'First User Email',
  2: 'Email User',
  7: 'Private Note',
  9: 'Close',
};

const TEAMS = ['1st Line Support', '2nd Line Support', 'Field Engineers', 'Projects'] as const;

const STATUSES = [
  [1, 'New', '#ff0000'],
  [2, 'In Progress', '#ffa500'],
  [3, 'Action Required', '#ffd000'],
  [4, 'With User', '#0080ff'],
  [5, 'With Supplier', '#8000ff'],
  [8, 'Resolved', '#80c000'],
  [CLOSED_STATUS_ID, 'Closed', '#00ff00'],
] as const;

const TICKET_TYPES = [
  [1, 'Incident', 'Incidents'],
  [2, 'Change Request', 'Changes'],
  [3, 'Service Request', 'Requests'],
  [4, 'Problem', 'Problems'],
] as const;

/** Names and colours of priorities, with hours to respond and to fix. */
const PRIORITIES = [
  [1, 'Critical', '#d32f2f', 1, 4],
  [2, 'High', '#f57c00', 2, 8],
  [3, 'Medium', '#fbc02d', 4, 24],
  [4, 'Low', '#388e3c', 8, 40],
] as const;

/** Fills the small lists, which every Halo has before its first ticket. */
export function seedConfiguration(store: SandboxStore, agents: number, changedAt: number): void {
  const put = (name: string, record: HaloRecord): unknown => store.put(name, record, changedAt);
  STATUSES.forEach(([id, name, colour], index) => put('status', statusRow(id, name, colour, index + 1)));
  TICKET_TYPES.forEach(([id, name, group], index) => put('tickettype', ticketTypeRow(id, name, group, index + 1)));
  for (const slaid of [1, 2]) for (const priority of PRIORITIES) put('priority', priorityRow(slaid, priority));
  TEAMS.forEach((name, index) => put('team', teamRow(index + 1, name)));
  for (let id = 1; id <= agents; id += 1) put('agent', agentRow(id));
  [...new Set(PROBLEMS.map((problem) => problem[2]))].forEach((value, index) =>
    put('category', categoryRow(index + 1, value)),
  );
  for (const [id, name] of MODELS)
    put('assettype', { id, guid: guidOf('assettype', id), name, assetgroup_id: 1, icon: '' });
  for (const field of CUSTOM_FIELDS)
    put('fieldinfo', { ...field, guid: guidOf('fieldinfo', field.id), custom: 1, usage: 1 });
  for (const lookupid of [11, 12]) {
    ['Example lookup type', 'Second choice', 'Third choice'].forEach((name, index) =>
      put('lookup', { lookupid, id: index + 1, name, value2: '', value3: '', sequence: index }),
    );
  }
}

/** Teams tickets are given to. */
export function teamOf(number: number): string {
  return pick(TEAMS, number);
}

function statusRow(id: number, name: string, colour: string, sequence: number): HaloRecord {
  const isOpen = id !== CLOSED_STATUS_ID;
  const names = { name, shortname: name, type: 0, sequence, colour };
  return { id, guid: guidOf('status', id), ...names, slaaction: 'N', ticket_count: 0, showonquickchange: isOpen };
}

function ticketTypeRow(id: number, name: string, group: string, sequence: number): HaloRecord {
  return {
    id,
    guid: guidOf('tickettype', id),
    name,
    use: 'ticket',
    sequence,
    default_sla: 1,
    group_id: id,
    group_name: group,
    cancreate: true,
    agentscanselect: true,
    enduserscanselect: true,
    itilrequesttype: id,
    visible: true,
  };
}

function priorityRow(slaid: number, [priorityid, name, colour, respond, fix]: (typeof PRIORITIES)[number]): HaloRecord {
  return {
    id: guidOf('priority', slaid * 100 + priorityid),
    slaid,
    priorityid,
    name,
    fixtime: fix * slaid,
    fixunits: 'Hours',
    responsetime: respond * slaid,
    responseunits: 'Hours',
    ishidden: false,
    colour,
  };
}

function teamRow(id: number, name: string): HaloRecord {
  return { id, guid: guidOf('team', id), name, sequence: id, forrequests: true, department_id: 1, inactive: false };
}

function categoryRow(id: number, value: string): HaloRecord {
  return { id, guid: guidOf('category', id), value, category_name: value, type_id: 1, sla_id: 0, priority_id: 0 };
}

function agentRow(id: number): HaloRecord {
  const [firstname, surname] = agentName(id);
  return {
    id,
    guid: guidOf('agent', id),
    name: `${firstname} ${surname}`.trim(),
    isdisabled: false,
    email: id === 1 ? '' : `${firstname.toLowerCase()}@example.com`,
    firstname,
    surname,
    initials: `${firstname.slice(0, 1)}${surname.slice(0, 1)}`,
    colour: '',
    team: teamOf(id),
    is_agent: id !== 1,
    use: 'agent',
  };
}

function agentName(id: number): [string, string] {
  if (id === 1) return ['Unassigned', ''];
  return id === 5 ? ['API', 'Agent'] : [pick(FIRST_NAMES, id * 5), pick(SURNAMES, id * 7)];
}
