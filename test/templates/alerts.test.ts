import { expect, test } from '@jest/globals';
import { plainText } from '../../src/core/record.ts';
import { startNinjaOne, type NinjaData } from '../../sandbox/rmm/ninjaone.ts';
import type { Row, SandboxSystem } from '../../sandbox/system.ts';
import { device, haloClient } from '../../sandbox/rmm/world.ts';
import { describeEngines, type TemplateGround, withTemplates } from './with-template.ts';

const CLOSED = 9;
const NOW = Date.now() / 1000;

function alert(uid: string, changes: Row = {}): Row {
  return {
    ...{ uid, deviceId: 1, conditionName: 'Disk', subject: 'Disk almost full', message: 'Free space below 5 %' },
    ...{ priority: 'HIGH', createTime: NOW, ...changes },
  };
}

async function withAlerts(
  engine: Parameters<typeof withTemplates>[0],
  options: object,
  use: (ground: TemplateGround, data: NinjaData, ninja: SandboxSystem) => Promise<void>,
): Promise<void> {
  const data: NinjaData = { organizations: [], locations: [], devices: [device(1)], alerts: [] };
  data.organizations.push({ id: 2, name: 'Customer 2' });
  data.locations.push({ id: 102, name: 'Main Office', organizationId: 2 });
  const ninja = await startNinjaOne(data);
  const parameters = { region: 'eu', baseUri: ninja.url, clientId: 'made-up', clientSecret: 'made-up' };
  const client = {
    kind: 'client',
    identifier: 'ninja',
    spec: { connector: 'ninjaone', authentication: 'client-credentials', parameters },
  };
  try {
    await withTemplates(engine, [client], async (ground) => {
      await ground.use('ninjaone-to-halo', { rmm: 'ninja', halo: 'halo', defaultType: 1 });
      await ground.use('ninjaone-alerts', {
        ...{
          rmm: 'ninja',
          halo: 'halo',
          defaultClient: 1,
          ticketType: 21,
          devices: 'ninjaone-devices',
          endedReadings: 1,
          ...options,
        },
      });
      await use(ground, data, ninja);
    });
  } finally {
    await ninja.close();
  }
}

describeEngines('alerts to tickets', ['embedded'], (engine) => {
  test('alerts fold by device and kind, are counted, close their ticket, open it again, and are closed with it', async () => {
    await withAlerts(engine, { closeAlerts: true }, async (ground, data, ninja) => {
      const { run, rows, put } = ground;
      put('client', haloClient(2, 'Customer 2'));
      for (const incoming of ['ninjaone-customers', 'ninjaone-sites', 'ninjaone-devices']) {
        expect(await run(incoming)).toMatchObject({ status: 'succeeded', tasks: { failed: 0 } });
      }
      const [asset] = rows('asset');

      data.alerts = [
        alert('a'),
        alert('b'),
        alert('c', { conditionName: 'Network', subject: 'No network', priority: 'LOW' }),
      ];
      expect(await run('ninjaone-alerts')).toMatchObject({ status: 'succeeded', tasks: { finished: 3, failed: 0 } });
      expect(rows('tickets')).toHaveLength(2);
      const ticketOf = (text: string) => rows('tickets').find(({ summary }) => plainText(summary).startsWith(text));
      expect(ticketOf('Disk')).toMatchObject({
        ...{ summary: 'Disk almost full (2 times)', priority_id: 2, tickettype_id: 21 },
        ...{ client_id: asset?.['client_id'], site_id: asset?.['site_id'], assets: [{ id: asset?.['id'] }] },
      });
      expect(ticketOf('No network')).toMatchObject({ priority_id: 4, summary: 'No network' });

      // The same alerts again change nothing; one of two that ends leaves the ticket open, the last one closes it.
      data.alerts = data.alerts.map((each) => ({ ...each, updateTime: NOW + 1 }));
      expect(await run('ninjaone-alerts')).toMatchObject({ tasks: { finished: 0, skipped: 3 } });
      data.alerts = data.alerts.slice(1);
      await run('ninjaone-alerts');
      expect(ticketOf('Disk')?.['status_id']).not.toBe(CLOSED);
      data.alerts = data.alerts.slice(1);
      expect(await run('ninjaone-alerts')).toMatchObject({ status: 'succeeded', tasks: { finished: 1, failed: 0 } });
      expect(ticketOf('Disk')?.['status_id']).toBe(CLOSED);

      // It comes again within the window: the same ticket.
      data.alerts = [...data.alerts, alert('d')];
      expect(await run('ninjaone-alerts')).toMatchObject({ tasks: { finished: 1, failed: 0 } });
      expect(rows('tickets')).toHaveLength(2);
      expect(ticketOf('Disk')).toMatchObject({ summary: 'Disk almost full (3 times)', status_id: 1 });

      // A person closes it in Halo: the alert is closed in NinjaOne, and that changes nothing any more.
      put('tickets', { ...ticketOf('Disk'), status_id: CLOSED });
      expect(await run('ninjaone-alerts-closed')).toMatchObject({
        status: 'succeeded',
        tasks: { finished: 1, failed: 0 },
      });
      expect(ninja.writes.map(({ method, path }) => `${method} ${path}`)).toEqual(['DELETE /v2/alert/d']);
      expect(data.alerts.map(({ uid }) => uid)).toEqual(['c']);
      await run('ninjaone-alerts');
      expect(await run('ninjaone-alerts-closed')).toMatchObject({ tasks: { finished: 0, failed: 0 } });
      expect(ninja.writes).toHaveLength(1);
    });
  });

  test('one empty answer by mistake closes nothing; alerts that are gone twice close their tickets, also the last one', async () => {
    await withAlerts(engine, { endedReadings: 2, devices: '' }, async ({ run, rows }, data) => {
      const alerts = [alert('a'), alert('b', { conditionName: 'Network' })];
      data.alerts = alerts;
      await run('ninjaone-alerts');
      data.alerts = [];
      expect(await run('ninjaone-alerts')).toMatchObject({ status: 'succeeded', tasks: { finished: 0 } });
      data.alerts = alerts;
      await run('ninjaone-alerts');
      data.alerts = [];
      await run('ninjaone-alerts');
      expect(rows('tickets').map(({ status_id }) => status_id === CLOSED)).toEqual([false, false]);
      expect(await run('ninjaone-alerts')).toMatchObject({ status: 'succeeded', tasks: { finished: 2 } });
      expect(rows('tickets').map(({ status_id }) => status_id)).toEqual([CLOSED, CLOSED]);
    });
  });

  test('after the window a new ticket is made; without an asset it goes to the default client', async () => {
    await withAlerts(engine, { window: '1h', devices: '' }, async ({ run, rows }, data) => {
      data.alerts = [alert('a', { createTime: NOW - 7200 })];
      await run('ninjaone-alerts');
      data.alerts = [alert('b')];
      expect(await run('ninjaone-alerts')).toMatchObject({ tasks: { failed: 0 } });
      expect(rows('tickets').map(({ summary, client_id }) => [summary, client_id])).toEqual([
        ['Disk almost full', 1],
        ['Disk almost full', 1],
      ]);
    });
  });
});
