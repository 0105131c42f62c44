import { describeRun, run } from '../src/cli/commands/run.ts';
import { type Api, announceToken, remoteApi } from '../src/cli/api.ts';
import { createProgress } from '../src/cli/progress.ts';
import type { Serving } from '../src/cli/serve.ts';
import { type SandboxHalo, startSandboxHalo } from './halo/server.ts';
import { freshFolder, say, startPlatform, tell } from './platform.ts';

const TICKETS = 3000;
/** A ticket whose asset the second Halo refuses, to show what a failure looks like. */
const REFUSED = 'DEMO-REFUSED';

/**
 * `npm run demo`: two sandbox Halos, a route between them, and what happened, step by step. The platform stays up
 * afterwards. Everything lives in a folder of its own that is made anew each time.
 */
async function demo(): Promise<void> {
  const folder = freshFolder('demo-data');
  say('1. Two sandbox Halos start on this machine: one with tickets, one that is empty.');
  const source = await startSandboxHalo({ seed: { tickets: TICKETS } });
  const target = await startSandboxHalo({ seed: {} });
  markRefused(source, target);

  say('2. Sluice starts with its embedded database and queue.');
  const serving = await startPlatform(folder, async () => {
    await Promise.all([source.close(), target.close()]);
  });
  const api = remoteApi(serving.url, serving.localToken);
  await showWork(api, source, target);
  showEnd(serving, source, target);
}

async function showWork(api: Api, source: SandboxHalo, target: SandboxHalo): Promise<void> {
  say('3. Five documents are applied: two clients, an incoming, an outgoing, a route.');
  const documents = demoDocuments(source, target).map((document) => ({ source: 'demo', document }));
  await api.request('POST', '/documents/apply', { documents });

  say(`4. First run: ${TICKETS} tickets become assets of the second Halo.`);
  tell(describeRun(await run(api, 'tickets', { wait: true, full: false }, createProgress())));
  tell([`The second Halo now holds ${target.store.count('asset')} assets.`]);
  const failed = await api.request<{ items: { id: string; key: string; error?: { message: string } }[] }>(
    'GET',
    '/tasks?state=failed',
  );
  for (const task of failed.items) tell([`Ticket ${task.key} (task ${task.id}) failed: ${task.error?.message ?? ''}`]);

  say('5. The target is mended, and the failed task is retried.');
  target.faults.clear();
  for (const task of failed.items) await api.request('POST', `/tasks/${task.id}/retry`, {});
  await untilAtRest(api);
  tell([`The second Halo now holds ${target.store.count('asset')} assets.`]);

  say('6. One ticket changes; the next run reads what changed and updates that asset.');
  const [ticket] = source.store.rows('tickets');
  if (ticket) source.store.update('tickets', ticket['id'] as number, { summary: 'Changed a moment ago' });
  tell(describeRun(await run(api, 'tickets', { wait: true, full: false }, createProgress())));
  const { created = 0, updated = 0 } = target.counts.entities['asset'] ?? {};
  tell([`Over the whole demo: ${created} assets created, ${updated} updated, none twice.`]);
}

function showEnd({ url, platform }: Serving, source: SandboxHalo, target: SandboxHalo): void {
  say(`Sluice stays up at ${url} (source ${source.url}, target ${target.url}). Try, in another terminal:`);
  const folder = 'SLUICE_DATA=demo-data';
  tell([
    `${folder} npx sluice run tickets --wait`,
    `${folder} npx sluice check halo-a`,
    `${folder} npx sluice call halo-b asset.list --query search=T-2000`,
  ]);
  if (platform.newToken !== undefined) announceToken(platform.newToken);
  say('Ctrl+C stops it.');
}

/** The second Halo refuses one record until it is mended. */
function markRefused(source: SandboxHalo, target: SandboxHalo): void {
  const ticket = source.store.rows('tickets')[1234];
  if (ticket) source.store.update('tickets', ticket['id'] as number, { summary: `Printer on fire ${REFUSED}` });
  const effect = {
    kind: 'refuse' as const,
    marker: REFUSED,
    message: 'An asset must have a supplier that is not on fire',
  };
  target.faults.add({ match: { method: 'POST', path: /asset/i }, effect });
}

function demoDocuments(source: SandboxHalo, target: SandboxHalo): object[] {
  return [
    clientDocument('halo-a', source),
    clientDocument('halo-b', target),
    {
      kind: 'incoming',
      identifier: 'tickets',
      spec: { subscriber: { type: 'connector', client: 'halo-a', entity: 'tickets' }, schedule: { every: '1m' } },
    },
    {
      kind: 'outgoing',
      identifier: 'assets',
      spec: {
        publisher: {
          type: 'connector',
          client: 'halo-b',
          action: 'post',
          entity: 'asset',
          match: [{ fields: ['key_field'] }],
        },
      },
    },
    {
      kind: 'route',
      identifier: 'tickets-to-assets',
      spec: {
        incoming: 'tickets',
        outgoing: 'assets',
        transformers: [
          {
            type: 'map',
            fields: {
              key_field: 'T-&{id}',
              key_field2: '&{summary}',
              inventory_number: 'TICKET-&{id}',
              assettype_id: 1,
              client_id: 1,
            },
          },
        ],
      },
    },
  ];
}

function clientDocument(identifier: string, halo: SandboxHalo): object {
  return {
    kind: 'client',
    identifier,
    spec: {
      connector: 'haloitsm',
      authentication: 'client-credentials',
      parameters: { baseUri: halo.url, clientId: halo.clientId, clientSecret: halo.clientSecret, scopes: 'all' },
    },
  };
}

async function untilAtRest(api: Api): Promise<void> {
  for (;;) {
    const { items } = await api.request<{ items: object[] }>('GET', '/tasks?state=new,processing,retrying&limit=1');
    if (items.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

await demo();
