import { formatDate } from '../dates.ts';
import type { HaloRecord } from '../record.ts';
import { pick, scatter } from './random.ts';
import { FIRST_IDS } from './sizes.ts';
import type { World } from './tickets.ts';
import { MODELS } from './words.ts';

/** Makes an asset at a client's site. */
export function buildAsset(index: number, changedAt: number, world: World, inactive: boolean): HaloRecord {
  const number = scatter(world.random, index, 11);
  const [assettype_id, assettype_name, letters, models] = pick(MODELS, number);
  const site = world.sites.length === 0 ? {} : pick(world.sites, scatter(world.random, index, 12));
  return {
    id: FIRST_IDS.assets + index,
    inventory_number: `${letters}-${String(index + 1).padStart(5, '0')}`,
    key_field: pick<string>(models, scatter(world.random, index, 13)),
    key_field2: '',
    key_field3: '',
    client_id: site.client_id ?? 0,
    client_name: site.client_name ?? '',
    site_id: site.id ?? 0,
    site_name: site.name ?? '',
    business_owner_id: 0,
    business_owner_cab_id: 0,
    technical_owner_id: 0,
    assettype_id,
    assettype_name,
    colour: '#000000',
    icon: '',
    inactive,
    supplier_id: 0,
    supplier_contract_id: 0,
    supplier_sla_id: 0,
    supplier_priority_id: 0,
    status_id: 1,
    use: 'device',
    last_modified: formatDate(changedAt),
    fields: [{ id: 61, name: 'Serial Number', value: number.toString(36).toUpperCase() }],
    customfields: [],
  };
}
