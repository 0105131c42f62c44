import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { startGraph } from '../../sandbox/desks/graph.ts';
import { change, startJira } from '../../sandbox/desks/jira.ts';
import { startServiceNow } from '../../sandbox/desks/servicenow.ts';
import type { Row } from '../../sandbox/system.ts';
import { statusOf, ticket, updatesOf } from './desk.ts';
import { counted, describeEngines, withTemplates } from './with-template.ts';

const OK = { status: 'succeeded', tasks: { failed: 0 } };

function client(identifier: string, connector: string, authentication: string, parameters: object): object {
  return { kind: 'client', identifier, spec: { connector, authentication, parameters } };
}

describeEngines('Halo to elsewhere', ['embedded'], (engine) => {
  test('Jira: tickets become issues, a status goes there by a transition and comes back once, and no echo follows', async () => {
    const issues = new Map<string, Row>([['1', { id: '1', key: 'HELP-0', fields: { status: { name: 'Open' } } }]]);
    const jira = await startJira(issues);
    const parameters = { site: 'https://example.atlassian.net', baseUri: jira.url, email: 'a@example.com' };
    const document = client('jira', 'jira-service-management', 'api-token', { ...parameters, apiToken: 'made-up' });
    try {
      await withTemplates(engine, [document], async (ground) => {
        const { use, run, plan, put } = ground;
        put('tickets', ticket(11, 1));
        put('tickets', ticket(12, 2));
        put('tickets', { ...ticket(13, 1), tickettype_id: 2 });
        const fields = [{ from: 'client_name', to: 'fields.customfield_10010' }];
        await use('halo-tickets-to-jira', { halo: 'halo', jira: 'jira', project: 'HELP', ticketTypes: [1], fields });
        expect(counted((await plan('jira')).lines)).toEqual({ create: 2, 'skip FILTERED': 1 });
        expect(await run('jira')).toMatchObject(OK);
        const of = (id: number) =>
          [...issues.values()].find(({ fields: own }) => (own as Row)['summary'] === `Ticket ${id}`);
        expect([...issues.values()]).toHaveLength(3);
        expect(of(11)?.['fields']).toMatchObject({ status: { name: 'Open' }, customfield_10010: 'Example Ltd' });
        expect(of(12)?.['fields']).toMatchObject({ status: { name: 'In Progress' } });

        expect(await run('jira-back')).toMatchObject({ ...OK, tasks: { finished: 0, failed: 0 } });
        change(issues, of(12) ?? {}, { status: { name: 'Resolved' } });
        expect(await run('jira-back')).toMatchObject({ tasks: { finished: 1, failed: 0 } });
        expect(statusOf(ground, 12)).toBe(9);

        put('tickets', ticket(11, 4));
        expect(await run('jira')).toMatchObject(OK);
        expect(of(11)?.['fields']).toMatchObject({ status: { name: 'Waiting for customer' } });
        // Both change at once: Halo's counts, and it is at rest after one round.
        change(issues, of(11) ?? {}, { status: { name: 'In Progress' } });
        put('tickets', ticket(11, 9));
        for (const flow of ['jira', 'jira-back']) expect(await run(flow)).toMatchObject(OK);
        expect([of(11)?.['fields'], statusOf(ground, 11)]).toMatchObject([{ status: { name: 'Resolved' } }, 9]);
        const writes = [jira.writes.length, updatesOf(ground)];
        for (let round = 0; round < 10; round += 1)
          for (const flow of ['jira', 'jira-back']) expect(await run(flow)).toMatchObject(OK);
        expect([jira.writes.length, updatesOf(ground)]).toEqual(writes);
      });
    } finally {
      await jira.close();
    }
  });

  test('ServiceNow: tickets become incidents, closing one gives its reason, and the state comes back once', async () => {
    const incidents = new Map<string, Row>([['0', { sys_id: '0', state: '6', correlation_display: '' }]]);
    const snow = await startServiceNow(incidents);
    const parameters = { instance: 'acme', baseUri: snow.url, username: 'integration', password: 'made-up' };
    try {
      await withTemplates(engine, [client('servicenow', 'servicenow', 'basic', parameters)], async (ground) => {
        const { use, run, plan, put } = ground;
        put('tickets', ticket(11, 1));
        put('tickets', ticket(12, 9));
        await use('halo-tickets-to-servicenow', { halo: 'halo', servicenow: 'servicenow' });
        expect(counted((await plan('servicenow')).lines)).toEqual({ create: 2 });
        expect(await run('servicenow')).toMatchObject({ ...OK, tasks: { finished: 2 } });
        const of = (id: number) => [...incidents.values()].find((row) => row['correlation_id'] === `halo-${id}`);
        expect(of(11)).toMatchObject({ short_description: 'Ticket 11', state: '1' });
        expect(of(12)).toMatchObject({ state: '6', close_code: 'Solved (Permanently)' });

        expect(await run('servicenow-back')).toMatchObject({ ...OK, tasks: { finished: 0 } });
        incidents.set(String(of(11)?.['sys_id']), { ...of(11), state: '3', sys_updated_on: '2099-01-01 00:00:00' });
        expect(await run('servicenow-back')).toMatchObject({ tasks: { finished: 1, failed: 0 } });
        expect(statusOf(ground, 11)).toBe(4);
        const writes = [snow.writes.length, updatesOf(ground)];
        for (const flow of ['servicenow', 'servicenow-back', 'servicenow']) expect(await run(flow)).toMatchObject(OK);
        expect([snow.writes.length, updatesOf(ground)]).toEqual(writes);
      });
    } finally {
      await snow.close();
    }
  });

  test('Microsoft Graph: a new client gets a group once, one that was there or has a group does not', async () => {
    const groups = new Map<string, Row>();
    const graph = await startGraph(groups);
    const parameters = { tenant: 'example', baseUri: graph.url, clientId: 'made-up', clientSecret: 'made-up' };
    try {
      await withTemplates(engine, [client('graph', 'microsoft-graph', 'client-secret', parameters)], async (ground) => {
        const { use, run, plan, put } = ground;
        const haloClient = (id: number, name: string) => ({
          id,
          name,
          toplevel_id: 1,
          inactive: false,
          customfields: [],
        });
        put('client', haloClient(501, 'Old Ltd'));
        await use('new-clients-to-graph', { halo: 'halo', graph: 'graph', namePrefix: 'Client: ' });
        expect(await run('new-clients')).toMatchObject({ error: { code: 'ERR_FLOW_BEFORE' } });
        expect(await run('new-clients-known')).toMatchObject(OK);

        put('client', haloClient(502, "O'Hara & Sons"));
        groups.set('there', { id: 'there', displayName: 'Client: Twice Ltd', mailNickname: 'twice' });
        put('client', haloClient(503, 'Twice Ltd'));
        expect(counted((await plan('new-clients')).lines)).toEqual({
          ...{ create: 1, 'unchanged UNCHANGED': 1, 'skip FILTERED': 1 },
        });
        expect(await run('new-clients')).toMatchObject({ ...OK, tasks: { finished: 2, skipped: 1 } });
        expect(graph.writes).toHaveLength(1);
        expect([...groups.values()].map(({ displayName }) => displayName)).toEqual([
          'Client: Twice Ltd',
          "Client: O'Hara & Sons",
        ]);

        put('client', haloClient(502, "O'Hara Ltd"));
        expect(await run('new-clients')).toMatchObject(OK);
        await run('new-clients', 'full');
        expect([...groups.values()]).toMatchObject([
          { id: 'there' },
          { displayName: "Client: O'Hara Ltd", mailEnabled: false },
        ]);
      });
    } finally {
      await graph.close();
    }
  });

  test('nightly reports: a file a night with everything as it is, and a run made again doubles no row', async () => {
    await withTemplates(engine, [], async ({ use, run, put, variables }) => {
      for (const id of [11, 12]) put('tickets', ticket(id, 1));
      put('tickets', ticket(13, 9));
      await use('nightly-reports', {
        halo: 'halo',
        ticketsColumns: ['id', 'summary'],
        assetsColumns: [],
        day: 'yyyy',
      });
      for (let time = 0; time < 2; time += 1)
        expect(await run('nightly-tickets')).toMatchObject({ ...OK, tasks: { finished: 2 } });
      const folder = path.join(variables['SLUICE_DATA'] ?? '', 'reports', 'nightly');
      const [file = '', ...others] = readdirSync(folder);
      expect([file, others]).toEqual([expect.stringMatching(/^tickets-[0-9]{4}[.]csv$/), []]);
      expect(readFileSync(path.join(folder, file), 'utf8').trim().split(/\r?\n/)).toEqual([
        'id,summary',
        '11,Ticket 11',
        '12,Ticket 12',
      ]);
    });
  });
});
