import { textOf, type HaloRecord } from '../record.ts';
import { pick, scatter } from './random.ts';
import { FIRST_IDS } from './sizes.ts';
import { COMPANY_HEADS, COMPANY_TAILS, FIRST_NAMES, SITE_NAMES, SURNAMES } from './words.ts';

const LOGO = `data:image/png;base64,${Buffer.alloc(600, 'logo').toString('base64')}`;

/** Makes a client, the n-th of the sandbox. */
export function buildClient(index: number, inactive: boolean): HaloRecord {
  const id = FIRST_IDS.clients + index;
  return {
    id,
    name: companyName(index),
    toplevel_id: 1,
    toplevel_name: 'Customers',
    inactive,
    colour: '#4287f5',
    confirmemail: 0,
    actionemail: 0,
    clearemail: 0,
    messagegroup_id: 0,
    accountmanagertech: 0,
    pritech: 0,
    sectech: 0,
    customertype: 0,
    is_vip: index % 10 === 0,
    ticket_invoices_for_each_site: false,
    use: 'client',
    key: id,
    table: 0,
    customer_relationship: [],
    // Some rows carry their logo, which is long and of no use to most clients.
    ...(index % 10 === 0 ? { logo: LOGO } : {}),
    customfields: [],
    notes: '',
  };
}

/** Makes a site of a client. */
export function buildSite(index: number, client: HaloRecord, clientCount: number, inactive: boolean): HaloRecord {
  const name = pick(SITE_NAMES, Math.floor(index / clientCount));
  return {
    id: FIRST_IDS.sites + index,
    name,
    client_id: client.id ?? 0,
    client_name: client.name ?? '',
    clientsite_name: `${textOf(client.name)}/${name}`,
    inactive,
    sla_id: -1,
    phonenumber: `020 7946 ${String(index % 10_000).padStart(4, '0')}`,
    colour: '',
    timezone: '',
    isinvoicesite: index < clientCount,
    use: 'site',
    customfields: [],
    notes: '',
  };
}

/** Makes a user (a contact) at a site. */
export function buildUser(index: number, site: HaloRecord, random: number, inactive: boolean): HaloRecord {
  const id = FIRST_IDS.users + index;
  const firstname = pick(FIRST_NAMES, scatter(random, index, 1));
  const surname = pick(SURNAMES, scatter(random, index, 2));
  return {
    id,
    name: `${firstname} ${surname}`,
    firstname,
    surname,
    initials: `${firstname.slice(0, 1)}${surname.slice(0, 1)}`,
    emailaddress: `user${id}@example.com`,
    phonenumber: '',
    mobilenumber: '',
    site_id: site.id ?? 0,
    site_name: site.name ?? '',
    client_id: site.client_id ?? 0,
    client_name: site.client_name ?? '',
    inactive,
    colour: '',
    isimportantcontact: index % 20 === 0,
    login: '',
    isserviceaccount: false,
    linked_agent_id: 0,
    use: 'user',
    key: id,
    table: 0,
    customfields: [],
    notes: '',
  };
}

/** Names are told apart by a number when the pairs of words are used up. */
function companyName(index: number): string {
  const pairs = COMPANY_HEADS.length * COMPANY_TAILS.length;
  const name = `${pick(COMPANY_HEADS, index)} ${pick(COMPANY_TAILS, index)}`;
  return index < pairs ? name : `${name} ${Math.floor(index / pairs) + 1}`;
}
