import { expect, test } from '@jest/globals';
import { type ConnectWiseData, startConnectWiseRmm } from '../../sandbox/rmm/connectwise-rmm.ts';
import { type DattoData, startDattoRmm } from '../../sandbox/rmm/datto-rmm.ts';
import { type NCentralData, startNCentral } from '../../sandbox/rmm/n-central.ts';
import { plainText } from '../../src/core/record.ts';
import { haloClient } from '../../sandbox/rmm/world.ts';
import { describeEngines, type TemplateGround, withTemplates } from './with-template.ts';

const CLOSED = 9;
const OPTIONS = { halo: 'halo', defaultClient: 1, ticketType: 21, endedReadings: 1 };

const datto: DattoData = {
  sites: [{ id: 501, uid: 's-1', name: 'Customer 1' }],
  devices: [],
  audits: new Map(),
  alerts: [dattoAlert('a', 'perf_disk_usage_ctx'), dattoAlert('b', 'perf_disk_usage_ctx'), dattoAlert('c', 'online')],
};
const central: NCentralData = {
  customers: [{ customerId: 101, customerName: 'Customer 2', parentId: 50 }],
  sites: [],
  devices: [],
  assets: new Map(),
  issues: [issue('C:', 5), issue('D:', 4)],
};
const connectwise: ConnectWiseData = {
  companies: [{ id: 'c-1', name: 'Customer 3', friendlyName: 'Customer 3' }],
  sites: [],
  endpoints: [],
  tickets: [asioTicket('t-1', 'New'), asioTicket('t-2', 'New'), asioTicket('t-3', 'Closed', 'Long over')],
};

function dattoAlert(alertUid: string, kind: string) {
  const alertSourceInfo = { deviceUid: 'd-1', deviceName: 'DEV-1', siteUid: 's-1', siteName: 'Customer 1' };
  const context = { '@class': kind, diskName: 'C:' };
  return {
    alertUid,
    priority: 'High',
    timestamp: Date.now(),
    diagnostics: null,
    alertContext: context,
    alertSourceInfo,
  };
}

function issue(taskIdent: string, notificationState: number) {
  const extra = { deviceName: 'LAP-1', transitionTime: new Date().toISOString(), taskIdent };
  return { orgUnitId: 101, deviceId: 5001, notificationState, serviceName: 'Disk', serviceItemId: 1, _extra: extra };
}

function asioTicket(id: string, status: string, summary = 'Backup failed') {
  const now = new Date().toISOString();
  const names = { status: { name: status }, priority: { name: 'Critical' } };
  return { id, companyId: 'c-1', number: `55${id}`, summary, ...names, createdAt: now, updatedAt: now };
}

function ticketOf({ rows }: TemplateGround, summary: string) {
  return rows('tickets').filter((row) => plainText(row.summary).startsWith(summary));
}

describeEngines('alerts of the other systems', ['embedded'], (engine) => {
  test('Datto RMM, N-central, ConnectWise RMM: fold, close their ticket when they end, are resolved with it where the API can', async () => {
    const systems = [
      await startDattoRmm(datto),
      await startNCentral(central),
      await startConnectWiseRmm(connectwise),
    ] as const;
    const [dattoUri, centralUri, asioUri] = systems.map(({ url }) => url);
    const client = (identifier: string, authentication: string, parameters: object) => ({
      ...{ kind: 'client', identifier },
      spec: { connector: identifier, authentication, parameters },
    });
    const clients = [
      client('datto-rmm', 'api-key', { platform: 'pinotage', baseUri: dattoUri, apiKey: 'x', apiSecretKey: 'x' }),
      client('n-central', 'user-token', { baseUri: centralUri, jwt: 'made-up' }),
      client('connectwise-rmm', 'client-credentials', {
        ...{ region: 'na', baseUri: asioUri, clientId: 'x', clientSecret: 'x' },
      }),
    ];
    try {
      await withTemplates(engine, clients, async (ground) => {
        const { use, run, put } = ground;
        for (const number of [1, 2, 3]) put('client', haloClient(number, `Customer ${number}`));
        for (const { identifier } of clients) {
          await use(`${identifier}-to-halo`, { rmm: identifier, halo: 'halo', defaultType: 1 });
          expect(await run(`${identifier}-customers`)).toMatchObject({ tasks: { finished: 1, failed: 0 } });
          const options = { ...OPTIONS, rmm: identifier, customers: `${identifier}-customers` };
          await use(`${identifier}-alerts`, identifier === 'datto-rmm' ? { ...options, closeAlerts: true } : options);
          expect([identifier, await run(`${identifier}-alerts`)]).toMatchObject([
            identifier,
            { status: 'succeeded', tasks: { failed: 0 } },
          ]);
        }

        const disk = 'perf_disk_usage_ctx on DEV-1';
        expect(ticketOf(ground, disk)).toMatchObject([
          { summary: `${disk} (2 times)`, client_id: 501, priority_id: 2, tickettype_id: 21 },
        ]);
        expect(ticketOf(ground, 'online on DEV-1')).toMatchObject([{ client_id: 501 }]);
        expect(ticketOf(ground, 'Disk ')).toMatchObject([
          { summary: 'Disk D: on LAP-1 (2 times)', client_id: 502, priority_id: 2 },
        ]);
        expect(ticketOf(ground, 'Backup failed')).toMatchObject([
          { summary: 'Backup failed (2 times)', client_id: 503, priority_id: 1 },
        ]);
        expect(ticketOf(ground, 'Long over')).toEqual([]);

        // Each ends in the way of its system: leaves the list, or is closed in it.
        datto.alerts = datto.alerts.filter(({ alertUid }) => alertUid === 'c');
        central.issues = [];
        connectwise.tickets = [asioTicket('t-1', 'Closed'), asioTicket('t-2', 'Resolved')];
        for (const { identifier } of clients)
          expect(await run(`${identifier}-alerts`)).toMatchObject({ status: 'succeeded' });
        for (const summary of [disk, 'Disk ', 'Backup failed'])
          expect([summary, ticketOf(ground, summary)]).toMatchObject([summary, [{ status_id: CLOSED }]]);

        put('tickets', { ...ticketOf(ground, 'online on')[0], status_id: CLOSED });
        expect(await run('datto-rmm-alerts-closed')).toMatchObject({
          status: 'succeeded',
          tasks: { finished: 1, failed: 0 },
        });
        expect(systems[0].writes.map(({ method, path }) => `${method} ${path}`)).toEqual([
          'POST /api/v2/alert/c/resolve',
        ]);
        expect(datto.alerts).toEqual([]);
      });
    } finally {
      for (const system of systems) await system.close();
    }
  });
});
