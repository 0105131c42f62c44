import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FaultEffect } from '../../sandbox/halo/faults.ts';
import { type DattoData, startDattoRmm } from '../../sandbox/rmm/datto-rmm.ts';
import { type NinjaData, startNinjaOne } from '../../sandbox/rmm/ninjaone.ts';
import { clientOf, device, haloClient } from '../../sandbox/rmm/world.ts';
import type { Row, SandboxSystem } from '../../sandbox/system.ts';
import { counted, describeEngines, openTemplates, type TemplateGround } from './with-template.ts';

/**
 * What people complain of in other integrations of RMMs, one test each, all on one platform. Devices are brought in one
 * run; later tests change a few of them.
 */
const OPTIONS = {
  rmm: 'ninja',
  halo: 'halo',
  defaultType: 128,
  readCustomFields: true,
  removedCeiling: 2,
  fields: [
    { from: 'os.name', to: 'notes', overwrite: 'always' },
    { from: 'lastLoggedInUser', to: 'username', overwrite: 'when-empty' },
    { from: 'system.model', to: 'key_field', overwrite: 'create-only' },
    { from: 'system.manufacturer', to: 'supplier_name', overwrite: 'never' },
  ],
  customFields: [{ from: 'custom.assetOwner', to: 'CFOwner' }],
};

const MAIN = [1, 2].map((id) => ({ id: 100 + id, name: 'Main Office', organizationId: id }));
const PLACEHOLDER = { model: 'VM', serialNumber: 'To be filled by O.E.M.' };
const SHARED = { macAddresses: ['02:00:00:00:00:01'], system: { model: 'VM', serialNumber: '' } };

function at(id: number, organizationId: number, changes: Row = {}): Row {
  return device(id, { organizationId, locationId: 100 + organizationId, custom: {}, ...changes });
}

const ninjaData: NinjaData = {
  organizations: [1, 2].map((id) => ({ id, name: `Customer ${id}` })),
  locations: MAIN,
  devices: [
    at(1, 1, { custom: { assetOwner: 'Ada' } }),
    ...[2, 3, 4].map((id) => at(id, 1, { system: PLACEHOLDER })),
    ...[5, 6].map((id) => at(id, 1, SHARED)),
    ...[7, 8, 9].map((id) => at(id, 2)),
  ],
  alerts: [],
  customFields: [{ name: 'assetOwner' }, { name: 'unused' }],
};

const dattoData: DattoData = {
  sites: [{ id: 1, uid: 's-1', name: 'Customer 1' }],
  devices: [dattoDevice(1_795_000_000_000)],
  audits: new Map([['d-1', { bios: { serialNumber: 'EX-1' }, nics: [] }]]),
  alerts: [],
};

function dattoDevice(lastAuditDate: number): Row {
  const names = { hostname: 'pc-1.example.com', siteName: 'Customer 1', operatingSystem: 'Windows' };
  return {
    ...{ id: 11, uid: 'd-1', siteUid: 's-1', deviceClass: 'device', lastAuditDate, ...names },
    deviceType: { category: 'Desktop' },
  };
}

/** What a Halo answers that kept nothing of the custom fields. */
const NOTHING_KEPT: FaultEffect = { kind: 'answer', status: 200, body: { id: 1, client_id: 502, customfields: [] } };

const OK = { status: 'succeeded', tasks: { failed: 0 } };

describeEngines('complaints about RMMs and Halo', ['embedded'], (engine) => {
  let ninja: SandboxSystem;
  let datto: SandboxSystem;
  let ground: TemplateGround;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ninja = await startNinjaOne(ninjaData);
    datto = await startDattoRmm(dattoData);
    const client = (identifier: string, connector: string, authentication: string, parameters: object) => ({
      ...{ kind: 'client', identifier },
      spec: { connector, authentication, parameters },
    });
    const clients = [
      client('ninja', 'ninjaone', 'client-credentials', {
        ...{ region: 'eu', baseUri: ninja.url, clientId: 'x', clientSecret: 'x' },
      }),
      client('datto', 'datto-rmm', 'api-key', {
        ...{ platform: 'pinotage', baseUri: datto.url, apiKey: 'x', apiSecretKey: 'x' },
      }),
    ];
    ({ ground, close } = await openTemplates(engine, clients, { losesFirstWrites: ['CFOwner'] }));
    await ground.use('ninjaone-to-halo', OPTIONS);
  });

  afterAll(async () => {
    await close();
    await Promise.all([ninja.close(), datto.close()]);
  });

  const assets = () => ground.rows('asset');
  const assetOf = (id: number) => assets().find((row) => row['ninjarmm_id'] === id);
  const change = (id: number, changes: Row): void => {
    // A list of devices holds no custom fields: that they changed shows when the device has reported again.
    const reported = { lastContact: Date.now() / 1000 };
    ninjaData.devices = ninjaData.devices.map((row) => (row['id'] === id ? { ...row, ...reported, ...changes } : row));
  };
  const devices = () => ground.run('ninjaone-devices');

  test('everything ends in the unknown customer: nothing is read while customers are unmapped, and they are named', async () => {
    ground.put('client', haloClient(1, 'Customer 1'));
    expect(await ground.run('ninjaone-customers')).toMatchObject({ tasks: { finished: 1, failed: 1 } });
    const stopped = await devices();
    expect(stopped).toMatchObject({ status: 'failed', received: 0, error: { code: 'ERR_FLOW_BEFORE' } });
    expect(stopped.error?.message).toContain('2 (customer 2)');
    expect((await ground.plan('ninjaone-devices')).end.held?.code).toBe('ERR_FLOW_BEFORE');
    expect(assets()).toEqual([]);

    ground.put('client', haloClient(2, 'Quite another name'));
    const rows = [['Customer 2', clientOf(2)]];
    await ground.apply([{ kind: 'value-map', identifier: 'ninjaone-customers', spec: { rows, noMatch: 'null' } }]);
    for (const flow of ['customers', 'sites']) expect(await ground.run(`ninjaone-${flow}`, 'full')).toMatchObject(OK);
  });

  test('a moved device is folded into the old customer or made twice: it is found by its serial number, and flagged', async () => {
    // Device 9 was at customer 1, before anything was linked.
    ground.put('asset', {
      ...{ id: 9009, inventory_number: 'OLD-9', key_field2: 'ex-9', client_id: clientOf(1), site_id: 0 },
      ...{ assettype_id: 128, ninjarmm_id: 0, inactive: false, fields: [], customfields: [] },
    });
    const plan = await ground.plan('ninjaone-devices');
    expect(counted(plan.lines)).toEqual({ create: 8, 'update FIELD_CHANGED': 1 });
    expect(await devices()).toMatchObject({ ...OK, tasks: { finished: 9 } });
    expect(assetOf(9)).toMatchObject({ id: 9009, client_id: clientOf(2) });
    expect(assets()).toHaveLength(9);
  });

  test('the first write of a new field loses its value: it is read back and written again', () => {
    const owner = [expect.objectContaining({ name: 'CFOwner', value: 'Ada' })] as unknown;
    expect(assetOf(1)?.['customfields']).toEqual(owner);
    expect(ground.halo.counts.entities['asset']?.updated).toBe(2);
  });

  test('placeholder serial numbers fold many devices into one: each has an asset of its own', () => {
    expect(new Set([2, 3, 4].map((id) => assetOf(id)?.['id'])).size).toBe(3);
  });

  test('virtual machines and docks share MAC addresses: a MAC address alone decides nothing', () => {
    expect(new Set([5, 6].map((id) => assetOf(id)?.['id'])).size).toBe(2);
    expect([5, 6].map((id) => assetOf(id)?.['inventory_number'])).toEqual(['PC-5', 'PC-6']);
  });

  test('values stay at their first one, or changes of people are overwritten: each field says which', async () => {
    const before = assetOf(7);
    expect(before).toMatchObject({ notes: 'Windows 11 Pro', username: 'EXAMPLE\\user7', key_field: 'EC-1' });
    expect(before).not.toHaveProperty('supplier_name', 'Example Computers');
    ground.put('asset', { ...before, username: 'a person', assettype_id: 129, key_field: 'corrected' });
    change(7, { os: { name: 'Windows 12' }, lastLoggedInUser: 'somebody else', system: { model: 'EC-2' } });
    expect(await devices()).toMatchObject({ ...OK, tasks: { finished: 1 } });
    expect(assetOf(7)).toMatchObject({
      ...{ notes: 'Windows 12', username: 'a person', assettype_id: 129, key_field: 'corrected' },
    });
  });

  test('a renamed custom field leaves an orphan: one that is gone in the RMM is told, one renamed in Halo is found by its id', async () => {
    expect(await ground.run('ninjaone-custom-fields')).toMatchObject({ ...OK, tasks: { finished: 1, skipped: 1 } });
    ninjaData.customFields = [{ name: 'owner' }, { name: 'unused' }];
    expect(await ground.run('ninjaone-custom-fields')).toMatchObject({ tasks: { failed: 1 } });
    const [task] = await ground.platform.store.tasks.list({ state: 'failed', limit: 1 });
    expect(JSON.parse(task?.error ?? '{}')).toMatchObject({
      message: expect.stringContaining('"assetOwner" is renamed or gone in NinjaOne') as unknown,
    });

    const customFields = [{ from: 'custom.owner', to: 'CFOwner', id: 171 }];
    await ground.use('ninjaone-to-halo', { ...OPTIONS, customFields });
    const renamed = [{ id: 171, name: 'CFOwnerOfDevice', value: 'Ada' }];
    ground.put('asset', { ...assetOf(1), customfields: renamed });
    change(1, { custom: { owner: 'Grace' } });
    expect(await devices()).toMatchObject(OK);
    expect(assetOf(1)?.['customfields']).toMatchObject([{ id: 171, value: 'Grace' }]);
    expect(assetOf(1)?.['customfields']).toHaveLength(1);
  });

  test('a custom field that Halo does not know is lost without a word: the device fails and names the field', async () => {
    await ground.use('ninjaone-to-halo', OPTIONS);
    ground.halo.faults.add({ match: { method: 'GET', path: /asset\/\d+/i }, effect: NOTHING_KEPT });
    change(8, { custom: { assetOwner: 'Ada' } });
    expect(await devices()).toMatchObject({ tasks: { failed: 1 } });
    ground.halo.faults.clear();
    const [task] = await ground.platform.store.tasks.list({ state: 'failed', key: '8', limit: 1 });
    expect(JSON.parse(task?.error ?? '{}')).toMatchObject({
      code: 'ERR_WRITE_NOT_KEPT',
      message: expect.stringContaining('CFOwner') as unknown,
    });
    await ground.use('ninjaone-to-halo', { ...OPTIONS, customFields: [] });
  });

  test('serial number and maker need an extra call for each device: it is made again only after a new audit', async () => {
    await ground.use('datto-rmm-to-halo', { rmm: 'datto', halo: 'halo', defaultType: 128, secondary: true });
    const audits = () => datto.calls.filter(({ path }) => path.includes('/audit/')).length;
    for (const flow of ['customers', 'devices', 'devices'])
      expect(await ground.run(`datto-rmm-${flow}`)).toMatchObject(OK);
    expect(audits()).toBe(1);
    dattoData.devices = [dattoDevice(1_795_000_100_000)];
    expect(await ground.run('datto-rmm-devices')).toMatchObject(OK);
    expect(audits()).toBe(2);
  });

  test('two systems feed the same assets and double them: the second finds them, and only one owns each field', async () => {
    expect(assets()).toHaveLength(9);
    expect(assetOf(1)).toMatchObject({ datto_id: 'd-1', inventory_number: 'PC-1', key_field2: 'EX-1' });
    const before = assets();
    for (const flow of ['ninjaone-devices', 'datto-rmm-devices']) await ground.run(flow, 'full');
    expect(assets()).toEqual(before);
  });

  test('removed devices stay, or all are lost: they are set inactive after a complete reading, below a ceiling, never deleted', async () => {
    const all = ninjaData.devices;
    ninjaData.devices = all.slice(0, 5);
    expect(await devices()).toMatchObject({ status: 'failed', error: { code: 'ERR_DELETIONS_HELD' } });
    ninjaData.devices = all.slice(0, 7);
    ninja.refuseOnce('/v2/devices-detailed', 403);
    expect(await devices()).toMatchObject({ status: 'failed' });
    expect(assets().filter(({ inactive }) => inactive === true)).toEqual([]);
    expect(await devices()).toMatchObject(OK);
    expect([8, 9].map((id) => assetOf(id)?.['inactive'])).toEqual([true, true]);
    expect(assets().filter(({ inactive }) => inactive === true)).toHaveLength(2);
    expect(assets()).toHaveLength(9);
  });

  test('kinds of devices without a type end in a wrong one: a type is made once for each, in the group that was chosen', async () => {
    ninjaData.devices = ninjaData.devices.map((row) => ({
      ...row,
      nodeClass: Number(row['id']) < 3 ? 'MAC' : 'workstation',
    }));
    await ground.use('ninjaone-to-halo', {
      ...OPTIONS,
      customFields: [],
      typesGroup: 77,
      updateTypes: true,
    });
    expect(await ground.run('ninjaone-types')).toMatchObject(OK);
    const made = ground.rows('assettype').filter(({ assetgroup_id }) => assetgroup_id === 77);
    expect(made).toMatchObject([{ name: 'MAC' }]);
    expect(await ground.run('ninjaone-devices')).toMatchObject(OK);
    expect([1, 5].map((id) => assetOf(id)?.['assettype_id'])).toEqual([made[0]?.id, 128]);
  });
});
