import type { ConnectWiseData } from './connectwise-rmm.ts';
import type { DattoData } from './datto-rmm.ts';
import type { NCentralData } from './n-central.ts';

/** Customers that the sandbox Halo has under the same names. */
const CUSTOMERS = [1, 2, 3] as const;

/** Two devices for each customer, one of them with an audit that tells no serial number, and an open alert. */
export function dattoWorld(): DattoData {
  const devices = CUSTOMERS.flatMap((customer) =>
    [1, 2].map((number) => ({
      ...{ id: 10 * customer + number, uid: `device-${customer}-${number}`, siteUid: `site-${customer}` },
      ...{ siteName: `Customer ${customer}`, hostname: `DATTO-${customer}${number}`, deviceClass: 'device' },
      ...{ deviceType: { category: 'Desktop', type: 'Main System Chassis' }, lastAuditDate: 1_795_000_000_000 },
      ...{ operatingSystem: 'Microsoft Windows 11 Pro', udf: {}, deleted: false, online: true, lastLoggedInUser: null },
    })),
  );
  const audits = devices.map(({ uid }): [string, object] => [
    uid,
    { bios: { serialNumber: uid.endsWith('2') ? 'Default string' : uid.toUpperCase() }, nics: [], systemInfo: {} },
  ]);
  const source = { deviceUid: 'device-1-1', deviceName: 'DATTO-11', siteUid: 'site-1', siteName: 'Customer 1' };
  return {
    sites: CUSTOMERS.map((id) => ({ id, uid: `site-${id}`, name: `Customer ${id}` })),
    devices,
    audits: new Map(audits) as DattoData['audits'],
    alerts: [
      {
        ...{ alertUid: 'alert-1', priority: 'High', timestamp: Date.now(), diagnostics: null, ticketNumber: null },
        ...{ alertContext: { '@class': 'perf_disk_usage_ctx', diskName: 'C:' }, alertSourceInfo: source },
      },
    ],
  };
}

/** A site and two devices for each customer, and an issue of the first one. */
export function nCentralWorld(): NCentralData {
  const devices = CUSTOMERS.flatMap((customer) =>
    [1, 2].map((number) => ({
      ...{ deviceId: 5000 + 10 * customer + number, longName: `NC-${customer}${number}`, isProbe: false },
      ...{ deviceClass: 'Workstations - Windows', customerId: 100 + customer, siteId: 200 + customer },
      ...{ customerName: `Customer ${customer}`, siteName: 'Main Office', orgUnitId: 200 + customer },
    })),
  );
  const assets = devices.map(({ deviceId }): [string, object] => [
    String(deviceId),
    { computersystem: { serialnumber: `NC-SERIAL-${deviceId}` }, networkadapter: { list: [] } },
  ]);
  const extra = { deviceName: 'NC-11', transitionTime: new Date().toISOString(), taskIdent: 'C:' };
  return {
    customers: CUSTOMERS.map((id) => ({ customerId: 100 + id, customerName: `Customer ${id}`, parentId: 50 })),
    sites: CUSTOMERS.map((id) => ({ siteId: 200 + id, siteName: 'Main Office', parentId: 100 + id })),
    devices,
    assets: new Map(assets) as NCentralData['assets'],
    issues: [
      { orgUnitId: 101, deviceId: 5011, notificationState: 5, serviceName: 'Disk', serviceItemId: 1, _extra: extra },
    ],
  };
}

/** A site and two devices for each company, and a ticket that the platform made of an alert. */
export function connectWiseWorld(): ConnectWiseData {
  const now = new Date().toISOString();
  return {
    companies: CUSTOMERS.map((id) => ({ id: `c-${id}`, name: `Customer ${id}`, friendlyName: `Customer ${id}` })),
    sites: CUSTOMERS.map((id) => ({ id: `s-${id}`, name: 'Main Office', company: { id: `c-${id}` } })),
    endpoints: CUSTOMERS.flatMap((id) =>
      [1, 2].map((number) => ({
        ...{ endpointID: `e-${id}-${number}`, companyId: `c-${id}`, siteID: `s-${id}`, endpointType: 'Desktop' },
        ...{ friendlyName: `CW-${id}${number}`, bios: { serialNumber: `CW-SERIAL-${id}${number}` }, networks: [] },
      })),
    ),
    tickets: [
      {
        ...{ id: 't-1', companyId: 'c-1', number: '5501', summary: 'Backup failed', status: { name: 'New' } },
        ...{ priority: { name: 'Critical' }, createdAt: now, updatedAt: now },
      },
    ],
  };
}
