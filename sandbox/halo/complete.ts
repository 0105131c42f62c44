import { formatDate, NO_DATE } from './dates.ts';
import type { Entity } from './entity.ts';
import { isRecord, textOf, type HaloRecord, type Json } from './record.ts';
import { CLOSED_STATUS_ID, CUSTOM_FIELDS, OUTCOMES } from './seed/configuration.ts';
import type { SandboxStore } from './store.ts';

/** A name that stands next to an id: its field, and the entity and id field it comes from. */
const NAMES: readonly (readonly [name: string, entity: string, id: string])[] = [
  ['client_name', 'client', 'client_id'],
  ['site_name', 'site', 'site_id'],
  ['user_name', 'users', 'user_id'],
  ['assettype_name', 'assettype', 'assettype_id'],
];

/** Leaves out what only steers the server. */
export function withoutSteering(element: HaloRecord): HaloRecord {
  const kept = Object.entries(element).filter(
    ([name]) => !name.startsWith('_') && name !== 'donotapplytemplateintheapi',
  );
  return Object.fromEntries(kept);
}

/** Makes a whole record of the fields a client sent for a new one. */
export function completeNew(store: SandboxStore, entity: Entity, sent: HaloRecord, now: number): HaloRecord {
  const record = { ...(DEFAULTS[entity.name]?.(sent, formatDate(now), store) ?? {}), ...sent };
  if (entity.name === 'tickets') Object.assign(record, closing(undefined, sent, now));
  return withNames(store, sent, withCustomFields(undefined, record));
}

/** Puts the sent fields over a record; custom fields one by one, lists such as `assets` as a whole. */
export function mergeSent(
  store: SandboxStore,
  entity: Entity,
  record: HaloRecord,
  sent: HaloRecord,
  now: number,
): HaloRecord {
  const merged: HaloRecord = { ...record, ...sent };
  if (entity.name === 'tickets') Object.assign(merged, closing(record, sent, now));
  return withNames(store, sent, withCustomFields(record.customfields, merged));
}

const DEFAULTS: Readonly<Record<string, (sent: HaloRecord, at: string, store: SandboxStore) => HaloRecord>> = {
  tickets: (sent, at) => ({
    dateoccurred: at,
    summary: '',
    details: plainText(sent.details_html),
    status_id: 1,
    tickettype_id: 1,
    sla_id: 1,
    priority_id: 3,
    client_id: 0,
    client_name: '',
    site_id: 0,
    site_name: '',
    user_id: 0,
    user_name: '',
    team: '1st Line Support',
    agent_id: 1,
    category_1: '',
    fixbydate: NO_DATE,
    respondbydate: NO_DATE,
    targetdate: NO_DATE,
    targettime: NO_DATE,
    lastactiondate: at,
    inactive: false,
    onhold: false,
    hasbeenclosed: false,
    use: 'ticket',
    source: 'Manual',
    dateclosed: NO_DATE,
    customfields: [],
    assets: [],
    attachments: [],
    parent_id: 0,
  }),
  actions: (sent, at, store) => {
    const ticket = store.get('tickets', textOf(sent.ticket_id));
    const status = ticket?.status_id ?? 1;
    return {
      outcome: OUTCOMES[Number(sent.outcome_id)] ?? 'Note',
      outcome_id: 0,
      who: 'API Agent',
      who_agentid: 5,
      who_type: 1,
      actiondatecreated: at,
      datetime: at,
      note: plainText(sent.note_html),
      hiddenfromuser: false,
      timetaken: 0,
      old_status: status,
      new_status: status,
      unread: 0,
    };
  },
  asset: (_sent, at) => ({
    inventory_number: '',
    key_field: '',
    key_field2: '',
    key_field3: '',
    client_id: 0,
    client_name: '',
    site_id: 0,
    site_name: '',
    colour: '#000000',
    icon: '',
    inactive: false,
    status_id: 1,
    use: 'device',
    last_modified: at,
    fields: [],
    customfields: [],
  }),
  client: () => ({
    toplevel_id: 1,
    toplevel_name: 'Customers',
    inactive: false,
    colour: '',
    use: 'client',
    customfields: [],
  }),
  site: () => ({ client_id: 0, client_name: '', inactive: false, sla_id: -1, use: 'site', customfields: [] }),
  users: (sent) => ({
    name: `${textOf(sent.firstname)} ${textOf(sent.surname)}`.trim(),
    emailaddress: '',
    site_id: 0,
    client_id: 0,
    inactive: false,
    isserviceaccount: false,
    use: 'user',
    customfields: [],
  }),
  attachment: (sent, at) => ({
    datecreated: at,
    filesize: Buffer.byteLength(textOf(sent.data_base64), 'base64'),
    type: 1,
    unique_id: sent.ticket_id ?? 0,
    isimage: false,
    action_id: 0,
  }),
};

/** `hasbeenclosed` and `dateclosed` describe the last close; opening a ticket again leaves them as they are. */
function closing(before: HaloRecord | undefined, sent: HaloRecord, now: number): HaloRecord {
  const isClosing = sent.status_id === CLOSED_STATUS_ID && before?.status_id !== CLOSED_STATUS_ID;
  return isClosing ? { hasbeenclosed: true, dateclosed: formatDate(now) } : {};
}

function withNames(store: SandboxStore, sent: HaloRecord, record: HaloRecord): HaloRecord {
  const named = { ...record };
  for (const [name, entity, idField] of NAMES) {
    const id = sent[idField];
    const found = id === undefined ? undefined : store.get(entity, textOf(id));
    if (found !== undefined) named[name] = found.name ?? '';
  }
  return named;
}

/** Custom fields are named by id or name; what is known of them is filled in. */
function withCustomFields(before: Json | undefined, record: HaloRecord): HaloRecord {
  if (!Array.isArray(record.customfields) || record.customfields === before) return record;
  const fields = (Array.isArray(before) ? before : []).filter(isRecord);
  for (const sent of record.customfields.filter(isRecord)) {
    const place = fields.findIndex((field) => isSameField(field, sent));
    if (place < 0) fields.push(describeField(sent));
    else fields[place] = describeField({ ...fields[place], ...sent });
  }
  return { ...record, customfields: fields };
}

function isSameField(one: HaloRecord, other: HaloRecord): boolean {
  return (other.id !== undefined && one.id === other.id) || (other.name !== undefined && one.name === other.name);
}

function describeField(sent: HaloRecord): HaloRecord {
  const known = CUSTOM_FIELDS.find((field) => isSameField(field, sent));
  const value = sent.value ?? null;
  const display = typeof value === 'boolean' ? (value ? 'Yes' : 'No') : textOf(value);
  if (known === undefined) return { ...sent, display };
  return { id: known.id, name: known.name, label: known.label, type: known.type, value, display };
}

function plainText(html: Json | undefined): string {
  return textOf(html).replaceAll(/<[^>]*>/g, '');
}
