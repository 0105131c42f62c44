import { expect, jest, test } from '@jest/globals';
import { plainText } from '../../src/core/record.ts';
import { startNinjaOne } from '../../sandbox/rmm/ninjaone.ts';
import type { Row } from '../../sandbox/system.ts';
import { clientOf, fillHalo, makeWorld, type WorldSizes } from '../../sandbox/rmm/world.ts';
import { counted, describeEngines, type TemplateGround, withTemplates } from './with-template.ts';

/** The long form is the size that people have; the short one has the same of everything. */
const SIZES: WorldSizes =
  process.env['SLUICE_TEST_TEMPLATES'] === 'long'
    ? { devices: 5000, placeholders: 300, sharedMacs: 200, moved: 50, removed: 40 }
    : { devices: 250, placeholders: 30, sharedMacs: 20, moved: 5, removed: 4 };

const OPTIONS = {
  rmm: 'ninja',
  halo: 'halo',
  defaultType: 1,
  types: [['WINDOWS_SERVER', 2]],
  fields: [
    { from: 'os.name', to: 'notes', overwrite: 'always' },
    { from: 'lastLoggedInUser', to: 'username', overwrite: 'when-empty' },
  ],
  customFields: [{ from: 'system.model', to: 'CFModel', overwrite: 'always' }],
};

async function withNinja(
  engine: Parameters<typeof withTemplates>[0],
  sizes: WorldSizes,
  use: (ground: TemplateGround, data: ReturnType<typeof makeWorld>) => Promise<void>,
): Promise<void> {
  const data = makeWorld(sizes);
  const ninja = await startNinjaOne(data);
  const client = {
    kind: 'client',
    identifier: 'ninja',
    spec: {
      connector: 'ninjaone',
      authentication: 'client-credentials',
      parameters: { region: 'eu', baseUri: ninja.url, clientId: 'made-up', clientSecret: 'made-up' },
    },
  };
  try {
    await withTemplates(engine, [client], (ground) => use(ground, data));
  } finally {
    await ninja.close();
  }
}

/** All that the templates write of a device. Nothing is blanked: an empty serial number is not sent. */
function assetOf(row: Row, moved: number, { placeholders, sharedMacs }: WorldSizes): Row {
  const id = Number(row['id']);
  const { serialNumber } = row['system'] as { serialNumber?: string };
  const isMoved = id > placeholders + sharedMacs && id <= placeholders + sharedMacs + moved;
  return {
    ...{ inventory_number: row['systemName'], key_field3: (row['macAddresses'] as string[])[0] },
    ...(serialNumber === '' ? {} : { key_field2: serialNumber }),
    ...{ client_id: clientOf(Number(row['organizationId'])), site_name: 'Main Office', inactive: false },
    ...{ notes: 'Windows 11 Pro', username: row['lastLoggedInUser'] },
    // The type of an asset that is there stays.
    assettype_id: isMoved ? 7 : row['nodeClass'] === 'WINDOWS_SERVER' ? 2 : 1,
  };
}

/** The device at the next customer, at its first site. */
function elsewhere(row: Row, { organizations, locations }: ReturnType<typeof makeWorld>): Row {
  const at = organizations.findIndex(({ id }) => id === row['organizationId']);
  const organizationId = organizations[(at + 1) % organizations.length]?.['id'];
  const location = locations.find((each) => each['organizationId'] === organizationId);
  return { ...row, organizationId, locationId: location?.['id'] };
}

async function bringCustomersAndSites({ run }: TemplateGround): Promise<void> {
  expect(await run('ninjaone-customers')).toMatchObject({ status: 'succeeded', tasks: { failed: 0 } });
  expect(await run('ninjaone-sites')).toMatchObject({ status: 'succeeded', tasks: { failed: 0 } });
}

if (SIZES.devices > 1000) jest.setTimeout(1_800_000);

describeEngines('NinjaOne to Halo', ['embedded'], (engine) => {
  test('devices, placeholders, shared addresses, moved and removed ones: as the plan says, once', async () => {
    await withNinja(engine, SIZES, async (ground, data) => {
      const { use, plan, run, rows } = ground;
      fillHalo(ground.put, data, SIZES);
      await use('ninjaone-to-halo', OPTIONS);
      await bringCustomersAndSites(ground);

      const before = await plan('ninjaone-devices');
      const { devices, moved } = SIZES;
      expect(counted(before.lines)).toEqual({ create: devices - moved, 'update FIELD_CHANGED': moved });
      expect(before.end).toMatchObject({ isComplete: true, held: undefined });
      expect(await run('ninjaone-devices')).toMatchObject({
        status: 'succeeded',
        tasks: { finished: devices, failed: 0 },
      });

      const assets = rows('asset');
      expect(assets).toHaveLength(devices);
      expect(new Set(assets.map((asset) => asset['ninjarmm_id'])).size).toBe(devices);
      for (const line of before.lines.filter(({ action }) => action === 'update')) {
        const asset = assets.find(({ id }) => plainText(id) === line.targetId);
        expect(plainText(asset?.['ninjarmm_id'])).toBe(line.key);
        for (const { field, to } of line.changes ?? [])
          if (field !== 'customfields') expect(asset?.[field]).toEqual(to);
      }
      for (const row of data.devices) {
        const asset = assets.find((each) => each['ninjarmm_id'] === row['id']);
        expect(asset).toMatchObject(assetOf(row, moved, SIZES));
        expect(asset?.['customfields']).toMatchObject([{ name: 'CFModel', value: 'EC-1' }]);
      }

      // A second run changes nothing, also where devices have only reported again.
      data.devices = data.devices.map((row) => ({ ...row, lastContact: Number(row['lastContact']) + 60 }));
      const writes = JSON.stringify(ground.halo.counts.entities);
      expect(counted((await plan('ninjaone-devices')).lines)).toEqual({ 'skip FILTERED': devices });
      expect(await run('ninjaone-devices')).toMatchObject({
        status: 'succeeded',
        tasks: { skipped: devices, failed: 0 },
      });
      expect(JSON.stringify(ground.halo.counts.entities)).toBe(writes);

      // Some move and some are removed, when all have their link.
      const movers = new Set(data.devices.slice(0, moved).map(({ id }) => id));
      data.devices = data.devices
        .slice(0, devices - SIZES.removed)
        .map((row) => (movers.has(row['id']) ? elsewhere(row, data) : row));
      const removal = await plan('ninjaone-devices');
      expect(counted(removal.lines.filter(({ action }) => action === 'update'))).toEqual({
        ...{ update: SIZES.removed, 'update FIELD_CHANGED': moved },
      });
      expect(await run('ninjaone-devices')).toMatchObject({
        ...{ status: 'succeeded', tasks: { finished: SIZES.removed + moved, failed: 0 } },
      });
      expect(rows('asset').filter(({ inactive }) => inactive === true)).toHaveLength(SIZES.removed);
      expect(rows('asset')).toHaveLength(devices);
      for (const row of data.devices.filter(({ id }) => movers.has(id)))
        expect(rows('asset').find((each) => each['ninjarmm_id'] === row['id'])).toMatchObject({
          client_id: clientOf(Number(row['organizationId'])),
        });
    });
  });

  test('a device flow reads nothing while customers are unmapped, and names them', async () => {
    const sizes = { devices: 10, placeholders: 0, sharedMacs: 0, moved: 0, removed: 0 };
    await withNinja(engine, sizes, async (ground, data) => {
      const { use, run, plan, apply, rows } = ground;
      fillHalo(ground.put, { ...data, organizations: data.organizations.slice(1) }, sizes);
      await use('ninjaone-to-halo', OPTIONS);
      expect(await run('ninjaone-devices')).toMatchObject({ status: 'failed', error: { code: 'ERR_FLOW_BEFORE' } });
      expect(await run('ninjaone-customers')).toMatchObject({ tasks: { finished: 4, failed: 1 } });

      // The table by hand lists whom to map, and nobody else.
      const first = { after: undefined, limit: 10 };
      const unmapped = await ground.platform.store.unmatched.list('ninjaone-customers', first);
      expect(unmapped.map(({ value }) => value)).toEqual(['"Customer 1"']);
      const stopped = await run('ninjaone-sites');
      expect(stopped).toMatchObject({ status: 'failed', received: 0, error: { code: 'ERR_FLOW_BEFORE' } });
      expect(stopped.error?.message).toContain('1 (customer 1)');
      expect((await plan('ninjaone-devices')).end.held?.code).toBe('ERR_FLOW_BEFORE');

      // A row by hand, and a retry.
      ground.put('client', { toplevel_id: 1, customfields: [], id: 900, name: 'Quite another name', inactive: false });
      await apply([
        { kind: 'value-map', identifier: 'ninjaone-customers', spec: { rows: [['Customer 1', 900]], noMatch: 'null' } },
      ]);
      expect(await run('ninjaone-customers', 'full')).toMatchObject({ tasks: { finished: 5 } });
      await bringCustomersAndSites(ground);
      expect(await run('ninjaone-devices')).toMatchObject({ status: 'succeeded', tasks: { finished: 10 } });
      expect(rows('client').find(({ id }) => id === 900)?.['name']).toBe('Quite another name');
      expect(rows('asset').filter(({ client_id }) => client_id === 900)).toHaveLength(2);
    });
  });

  test('devices of customers that are nowhere go to a default customer, where one is given', async () => {
    const sizes = { devices: 10, placeholders: 0, sharedMacs: 0, moved: 0, removed: 0 };
    await withNinja(engine, sizes, async (ground, data) => {
      const { use, run, rows } = ground;
      fillHalo(ground.put, { ...data, organizations: data.organizations.slice(1) }, sizes);
      ground.put('client', { toplevel_id: 1, customfields: [], id: 900, name: 'Not yet mapped', inactive: false });
      ground.put('site', { id: 9000, name: 'Main', client_id: 900, inactive: false });
      await use('ninjaone-to-halo', { ...OPTIONS, defaultCustomer: 900 });
      expect(await run('ninjaone-customers')).toMatchObject({ tasks: { finished: 4, skipped: 1, failed: 0 } });
      expect(await run('ninjaone-sites')).toMatchObject({ tasks: { finished: 4, skipped: 1, failed: 0 } });
      expect(await run('ninjaone-devices')).toMatchObject({ tasks: { finished: 10, failed: 0 } });
      const own = rows('asset').filter(({ client_id }) => client_id === 900);
      expect(own.map(({ site_id }) => site_id)).toEqual([9000, 9000]);
    });
  });
});
