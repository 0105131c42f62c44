import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { CONNECTORS } from '../../src/server/connector-folder.ts';
import { startFixtureSystem } from './fixture-system.ts';
import { describeEngines, withTemplates } from './with-template.ts';

/** Recordings that each of them answers, and what comes of them in Halo. */
const RMMS = [
  {
    name: 'datto-rmm',
    files: ['sign-in.api-key', 'sites.list', 'devices.list-with-audits'],
    id: 'datto_id',
    serial: 'EX-0001',
    customer: 'Example Ltd',
  },
  {
    name: 'n-central',
    files: ['sign-in.user-token', 'customers.list', 'sites.list', 'devices.list-with-assets'],
    id: 'ncentral_details_id',
    serial: 'MADEUP01',
    customer: 'Sample Works',
  },
  {
    name: 'it-glue',
    files: ['organizations.list', 'locations.list', 'configurations.list'],
    id: 'itglue_id',
    serial: 'MADEUP01',
    customer: 'Sample Works',
  },
  {
    name: 'connectwise-rmm',
    files: ['sign-in.client-credentials', 'devices.list-with-details', 'companies.list', 'sites.list'],
    id: 'connectwisermm_id',
    serial: 'MADEUP01',
    customer: 'Sample Works',
  },
] as const;

function clientOf(connector: string, baseUri: string): object {
  const text = readFileSync(new URL(`${connector}/fixtures/client.json`, CONNECTORS), 'utf8');
  const { authentication, parameters } = JSON.parse(text) as { authentication: string; parameters: object };
  return {
    kind: 'client',
    identifier: connector,
    spec: { connector, authentication, parameters: { ...parameters, baseUri } },
  };
}

describeEngines('the other systems to Halo', ['embedded'], (engine) => {
  test.each(RMMS)(
    '$name: customers, sites and devices of its recorded answers, once',
    async ({ name, files, id, serial, customer }) => {
      const system = await startFixtureSystem(name, files);
      try {
        await withTemplates(engine, [clientOf(name, system.url)], async ({ use, run, rows }) => {
          await use(`${name}-to-halo`, { rmm: name, halo: 'halo', customers: 'create', defaultType: 1 });
          const flows = ['customers', ...(name === 'datto-rmm' ? [] : ['sites']), 'devices'];
          for (const flow of flows) {
            expect([flow, await run(`${name}-${flow}`)]).toMatchObject([
              flow,
              { status: 'succeeded', error: undefined, tasks: { failed: 0 } },
            ]);
          }
          const assets = rows('asset');
          expect(assets[0]).toMatchObject({ key_field2: serial, client_name: customer });
          expect(new Set(assets.map((asset) => asset[id])).size).toBe(assets.length);
          for (const flow of flows) await run(`${name}-${flow}`);
          expect(rows('asset')).toEqual(assets);
        });
      } finally {
        await system.close();
      }
    },
  );
});
