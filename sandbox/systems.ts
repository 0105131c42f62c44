import { startGraph } from './desks/graph.ts';
import { startJira } from './desks/jira.ts';
import { startServiceNow } from './desks/servicenow.ts';
import { startZendesk } from './desks/zendesk.ts';
import { type SandboxHalo, startSandboxHalo } from './halo/server.ts';
import { startConnectWiseRmm } from './rmm/connectwise-rmm.ts';
import { startDattoRmm } from './rmm/datto-rmm.ts';
import { itGlueWorld, startITGlue } from './rmm/it-glue.ts';
import { startNCentral } from './rmm/n-central.ts';
import { startNinjaOne } from './rmm/ninjaone.ts';
import { fillHalo, makeWorld } from './rmm/world.ts';
import { connectWiseWorld, dattoWorld, nCentralWorld } from './rmm/worlds.ts';

/** A made-up system that listens, and the client document that reaches it. */
export interface StartedSystem {
  readonly name: string;
  readonly url: string;
  readonly client: object;
  close(): Promise<void>;
}

type Start = (name: string) => Promise<StartedSystem>;

/** Devices of the made-up NinjaOne: some with placeholders for a serial number, some that share an address, some that moved. */
const SIZES = { devices: 61, placeholders: 6, sharedMacs: 4, moved: 3, removed: 0 };

/** Every system that can be tried without having it, and the clients as the guides call them. */
export const SYSTEMS: ReadonlyMap<string, Start> = new Map<string, Start>([
  ['halo', async (name) => haloSystem(name, await filledHalo())],
  [
    'ninjaone',
    () =>
      started('ninja', startNinjaOne(ninjaWorld()), 'ninjaone', 'client-credentials', (baseUri) => {
        return { region: 'eu', baseUri, clientId: 'made-up', clientSecret: 'made-up' };
      }),
  ],
  [
    'datto-rmm',
    () =>
      started('datto', startDattoRmm(dattoWorld()), 'datto-rmm', 'api-key', (baseUri) => {
        return { platform: 'pinotage', baseUri, apiKey: 'made-up', apiSecretKey: 'made-up' };
      }),
  ],
  [
    'n-central',
    () =>
      started('ncentral', startNCentral(nCentralWorld()), 'n-central', 'user-token', (baseUri) => {
        return { baseUri, jwt: 'made-up' };
      }),
  ],
  [
    'connectwise-rmm',
    () =>
      started(
        'connectwise',
        startConnectWiseRmm(connectWiseWorld()),
        'connectwise-rmm',
        'client-credentials',
        (baseUri) => {
          return { region: 'na', baseUri, clientId: 'made-up', clientSecret: 'made-up' };
        },
      ),
  ],
  [
    'it-glue',
    () =>
      started('itglue', startITGlue(itGlueWorld()), 'it-glue', 'api-key', (baseUri) => {
        return { region: 'eu', baseUri, apiKey: 'made-up' };
      }),
  ],
  [
    'zendesk',
    (name) =>
      started(name, startZendesk(new Map()), 'zendesk', 'api-token', (baseUri) => {
        return { subdomain: 'made-up', baseUri, email: 'agent@example.com', apiToken: 'made-up' };
      }),
  ],
  [
    'jira',
    (name) =>
      started(name, startJira(new Map()), 'jira-service-management', 'api-token', (baseUri) => {
        return { site: 'https://example.atlassian.net', baseUri, email: 'agent@example.com', apiToken: 'made-up' };
      }),
  ],
  [
    'servicenow',
    (name) =>
      started(name, startServiceNow(new Map()), 'servicenow', 'basic', (baseUri) => {
        return { instance: 'made-up', baseUri, username: 'integration', password: 'made-up' };
      }),
  ],
  [
    'graph',
    (name) =>
      started(name, startGraph(new Map()), 'microsoft-graph', 'client-secret', (baseUri) => {
        return { tenant: 'made-up', baseUri, clientId: 'made-up', clientSecret: 'made-up' };
      }),
  ],
]);

async function started(
  name: string,
  starting: Promise<{ readonly url: string; close(): Promise<void> }>,
  connector: string,
  authentication: string,
  parameters: (url: string) => object,
): Promise<StartedSystem> {
  const system = await starting;
  const spec = { connector, authentication, parameters: parameters(system.url) };
  return { name, url: system.url, client: { kind: 'client', identifier: name, spec }, close: () => system.close() };
}

function haloSystem(name: string, halo: SandboxHalo): StartedSystem {
  const { url, clientId, clientSecret } = halo;
  const parameters = { baseUri: url, clientId, clientSecret, scopes: 'all' };
  const spec = { connector: 'haloitsm', authentication: 'client-credentials', parameters };
  return { name, url, client: { kind: 'client', identifier: name, spec }, close: () => halo.close() };
}

/** A Halo with the customers of all made-up systems, assets that have moved, and some tickets. */
async function filledHalo(): Promise<SandboxHalo> {
  const halo = await startSandboxHalo({ rateLimit: false, seed: { clients: 4, tickets: 12 } });
  fillHalo(
    (entity, row) => {
      halo.store.put(entity, row, Date.now());
    },
    makeWorld(SIZES),
    SIZES,
  );
  return halo;
}

function ninjaWorld(): ReturnType<typeof makeWorld> {
  const world = makeWorld(SIZES);
  const now = Date.now() / 1000;
  const disk = { deviceId: 61, conditionName: 'Disk', subject: 'Disk almost full', message: 'Free space below 5 %' };
  return {
    ...world,
    alerts: [
      { uid: 'alert-1', ...disk, priority: 'HIGH', createTime: now },
      { uid: 'alert-2', ...disk, priority: 'HIGH', createTime: now },
    ],
  };
}
