import type { HaloRecord } from '../halo/record.ts';
import type { Row } from '../system.ts';
import type { NinjaData } from './ninjaone.ts';

/** How many devices of each kind there are. */
export interface WorldSizes {
  readonly devices: number;
  readonly placeholders: number;
  readonly sharedMacs: number;
  readonly moved: number;
  readonly removed: number;
}

const PLACEHOLDERS = ['To be filled by O.E.M.', 'Default string', 'None', '00000000', ''];
const CUSTOMERS = 5;

/** A device as NinjaOne lists it. */
export function device(id: number, changes: Row = {}): Row {
  const organizationId = 1 + (id % CUSTOMERS);
  return {
    id,
    organizationId,
    locationId: 100 + organizationId,
    nodeClass: id % 10 === 0 ? 'WINDOWS_SERVER' : 'WINDOWS_WORKSTATION',
    systemName: `PC-${id}`,
    displayName: `PC ${id}`,
    lastContact: 1_795_000_000.125 + id,
    macAddresses: [`00:00:5E:00:${hex(id >> 8)}:${hex(id)}`],
    os: { name: 'Windows 11 Pro' },
    system: { manufacturer: 'Example Computers', model: 'EC-1', serialNumber: `EX-${id}` },
    lastLoggedInUser: `EXAMPLE\\user${id}`,
    ...changes,
  };
}

function hex(value: number): string {
  return (value & 255).toString(16).toUpperCase().padStart(2, '0');
}

/**
 * Customers, sites and devices in which everything goes wrong that people complain of: the first devices have
 * placeholders for a serial, the next share their MAC address, the next are at another customer than their asset.
 */
export function makeWorld({ devices, placeholders, sharedMacs }: WorldSizes): NinjaData {
  const rows = Array.from({ length: devices }, (_, index) => {
    const id = index + 1;
    const place = id - placeholders;
    if (place <= 0)
      return device(id, { system: { model: 'EC-1', serialNumber: PLACEHOLDERS[id % PLACEHOLDERS.length] } });
    if (place <= sharedMacs) return device(id, { macAddresses: ['02:00:00:00:00:01'] });
    return device(id);
  });
  return {
    organizations: range(CUSTOMERS).map((id) => ({ id, name: `Customer ${id}` })),
    locations: range(CUSTOMERS).map((id) => ({ id: 100 + id, name: 'Main Office', organizationId: id })),
    devices: rows,
    alerts: [],
  };
}

/** Halo has the customers, and the assets of the moved devices at the customer beside theirs. */
export function fillHalo(
  put: (entity: string, row: HaloRecord) => void,
  world: NinjaData,
  { placeholders, sharedMacs, moved }: WorldSizes,
): void {
  for (const { id, name } of world.organizations) put('client', haloClient(Number(id), String(name)));
  const first = placeholders + sharedMacs;
  for (const row of world.devices.slice(first, first + moved)) {
    const { serialNumber = '' } = row['system'] as { serialNumber?: string };
    put('asset', {
      ...{
        id: 10_000 + Number(row['id']),
        inventory_number: `OLD-${String(row['id'])}`,
        key_field2: ` ${serialNumber.toLowerCase()}`,
      },
      ...{ client_id: clientOf(1 + (Number(row['organizationId']) % CUSTOMERS)), site_id: 0, assettype_id: 7 },
      ...{ ninjarmm_id: 0, username: '', inactive: false, status_id: 1, fields: [], customfields: [] },
    });
  }
}

/** Id in Halo of a customer in NinjaOne. */
export function clientOf(organization: number): number {
  return 500 + organization;
}

/** The client in Halo of a customer in NinjaOne. */
export function haloClient(organization: number, name: string) {
  return { id: clientOf(organization), name, toplevel_id: 1, inactive: false, customfields: [] };
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index + 1);
}
