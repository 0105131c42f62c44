import type { Entity } from './entity.ts';

const CUSTOM = ['customfields'];
const CUSTOMER = { client_id: 'client_id', site_id: 'site_id' };

const TICKETS: Entity = {
  name: 'tickets',
  envelope: 'tickets',
  area: 'tickets',
  hasDelta: true,
  touched: 'last_update',
  filters: {
    ...CUSTOMER,
    client_ids: 'client_id',
    user_id: 'user_id',
    agent: 'agent_id',
    agent_id: 'agent_id',
    status: 'status_id',
    status_id: 'status_id',
    requesttype: 'tickettype_id',
    requesttype_id: 'tickettype_id',
    tickettype_id: 'tickettype_id',
    priority: 'priority_id',
    sla: 'sla_id',
    team: 'team',
    team_name: 'team',
    category_1: 'category_1',
    parent_id: 'parent_id',
    ticketids: 'id',
    search_id: 'id',
  },
  dates: { from: 'startdate', to: 'enddate', field: 'dateoccurred', fieldParameter: 'datesearch' },
  details: [
    ...CUSTOM,
    'details_html',
    'impact',
    'urgency',
    'workflow_id',
    'workflow_step',
    'assets',
    'attachments',
    'parent_id',
    'source',
    'dateclosed',
  ],
  sidecars: ['columns'],
  cascade: { actions: 'ticket_id', attachment: 'ticket_id' },
};

const ACTIONS: Entity = {
  name: 'actions',
  envelope: 'actions',
  area: 'tickets',
  parent: 'ticket_id',
  touched: 'last_updated',
  filters: { ticket_id: 'ticket_id', actoutcome: 'outcome', actoutcomenum: 'outcome_id' },
  dates: { from: 'startdate', to: 'enddate', field: 'actiondatecreated', fieldParameter: 'datesearch' },
  details: [...CUSTOM, 'note_html', 'guid', 'who'],
  decimals: ['timetaken'],
  sidecars: ['actionsdetails'],
};

const ASSET: Entity = {
  name: 'asset',
  envelope: 'assets',
  area: 'assets',
  pageSizeOption: 'assetPageSize',
  hasDelta: true,
  touched: 'dlastupdate',
  filters: {
    ...CUSTOMER,
    user_id: 'user_id',
    assettype_id: 'assettype_id',
    assettypes: 'assettype_id',
    assetstatuses: 'status_id',
    inventory_number: 'inventory_number',
    supplier_id: 'supplier_id',
  },
  details: [...CUSTOM, 'fields', 'dlastupdate', 'last_modified'],
  sidecars: ['columns'],
};

const CLIENT: Entity = {
  name: 'client',
  envelope: 'clients',
  area: 'customers',
  hasDelta: true,
  touched: 'alastupdate',
  filters: { toplevel_id: 'toplevel_id' },
  details: [...CUSTOM, 'alastupdate', 'notes'],
  sidecars: ['columns'],
  cascade: { site: 'client_id', users: 'client_id' },
};

const SITE: Entity = {
  name: 'site',
  envelope: 'sites',
  area: 'customers',
  hasDelta: true,
  touched: 'slastupdate',
  filters: { ...CUSTOMER, site_id: 'id' },
  details: [...CUSTOM, 'slastupdate', 'notes'],
  decimals: ['client_id'],
  cascade: { users: 'site_id' },
};

const USERS: Entity = {
  name: 'users',
  envelope: 'users',
  area: 'customers',
  hasDelta: true,
  touched: 'ulastupdate',
  filters: CUSTOMER,
  details: [...CUSTOM, 'ulastupdate', 'notes'],
};

const VIEWS: readonly Entity[] = [
  TICKETS,
  ACTIONS,
  ASSET,
  CLIENT,
  SITE,
  USERS,
  {
    name: 'invoice',
    envelope: 'invoices',
    area: 'invoices',
    filters: { client_id: 'client_id', client_ids: 'client_id', ticket_id: 'ticket_id' },
    dates: { from: 'invoicedatestart', to: 'invoicedateend', field: 'invoice_date' },
    details: [...CUSTOM, 'lines'],
  },
  {
    name: 'item',
    envelope: 'items',
    area: 'items',
    filters: { supplier_id: 'supplier_id', assettypes: 'assettype_id' },
    details: CUSTOM,
  },
  { name: 'clientcontract', envelope: 'contracts', area: 'contracts', filters: CUSTOMER, details: CUSTOM },
  {
    name: 'supplier',
    envelope: 'suppliers',
    area: 'suppliers',
    filters: { toplevel_id: 'toplevel_id' },
    details: CUSTOM,
  },
  {
    name: 'kbarticle',
    envelope: 'articles',
    area: 'kb',
    filters: { type: 'type' },
    details: [...CUSTOM, 'resolution', 'resolution_html', 'description_html'],
  },
  {
    name: 'attachment',
    envelope: 'attachments',
    area: 'tickets',
    filters: { ticket_id: 'ticket_id', action_id: 'action_id', unique_id: 'unique_id', type: 'type' },
    details: ['data_base64'],
    sidecars: ['folders'],
  },
  {
    name: 'assettype',
    envelope: 'assettypes',
    area: 'assets',
    filters: { assetgroup_id: 'assetgroup_id' },
    details: [],
  },
];

const BARE: readonly Entity[] = [
  { name: 'agent', envelope: undefined, area: 'config', filters: { team: 'team' }, details: CUSTOM },
  { name: 'tickettype', envelope: undefined, area: 'config', filters: {}, details: [] },
  { name: 'status', envelope: undefined, area: 'config', filters: { type: 'type' }, details: [] },
  { name: 'priority', envelope: undefined, area: 'config', guidIds: true, filters: { slaid: 'slaid' }, details: [] },
  { name: 'team', envelope: undefined, area: 'config', filters: {}, details: [] },
  { name: 'category', envelope: undefined, area: 'config', filters: { type_id: 'type_id' }, details: [] },
  { name: 'fieldinfo', envelope: undefined, area: 'config', filters: { typeid: 'typeid' }, details: [] },
  {
    name: 'webhook',
    envelope: undefined,
    area: 'config',
    guidIds: true,
    filters: { type: 'type' },
    details: ['basic_password'],
  },
  {
    name: 'notification',
    envelope: undefined,
    area: 'config',
    filters: { webhook_id: 'webhook_id', type: 'type', agent_id: 'agent_id' },
    details: [],
  },
  {
    name: 'lookup',
    envelope: undefined,
    area: 'config',
    parent: 'lookupid',
    filters: { lookupid: 'lookupid' },
    details: [],
  },
];

/** Every resource the sandbox has, by its path in lower case. */
export const ENTITIES: ReadonlyMap<string, Entity> = new Map(
  [...VIEWS, ...BARE].map((entity) => [entity.name, entity]),
);
