import { expect, test } from '@jest/globals';
import type { Row } from '../../sandbox/system.ts';
import { startZendesk } from '../../sandbox/desks/zendesk.ts';
import { describeEngines, withTemplates } from './with-template.ts';

describeEngines('Halo tickets to Zendesk', ['embedded'], (engine) => {
  test('a status goes there and back once, and no echo follows', async () => {
    const tickets = new Map<number, Row>([[1, { id: 1, subject: 'of Zendesk', status: 'open' }]]);
    const zendesk = await startZendesk(tickets);
    const parameters = { subdomain: 'made-up', baseUri: zendesk.url, email: 'agent@example.com', apiToken: 'made-up' };
    const client = {
      kind: 'client',
      identifier: 'zendesk',
      spec: { connector: 'zendesk', authentication: 'api-token', parameters },
    };
    const ticket = (id: number, status_id: number) => ({
      id,
      status_id,
      summary: `Ticket ${id}`,
      details: 'Help',
      tickettype_id: 1,
    });
    try {
      await withTemplates(engine, [client], async ({ use, run, put, rows, halo }) => {
        put('tickets', ticket(11, 1));
        put('tickets', ticket(12, 3));
        await use('halo-tickets-to-zendesk', { halo: 'halo', zendesk: 'zendesk' });
        expect(await run('zendesk')).toMatchObject({ status: 'succeeded', tasks: { finished: 2, failed: 0 } });
        const there = (id: number) => [...tickets.values()].find(({ external_id }) => external_id === String(id));
        expect(there(11)).toMatchObject({ subject: 'Ticket 11', status: 'new' });
        expect(there(12)).toMatchObject({ status: 'open' });

        // Nothing comes back of what we wrote ourselves, although status 3 of Halo and 2 are one in Zendesk.
        expect(await run('zendesk-back')).toMatchObject({ tasks: { finished: 0, failed: 0 } });

        const id = Number(there(12)?.['id']);
        tickets.set(id, { ...there(12), status: 'solved' });
        expect(await run('zendesk-back')).toMatchObject({ tasks: { finished: 1, failed: 0 } });
        expect(rows('tickets').find((row) => row['id'] === 12)?.['status_id']).toBe(9);
        const writes = [zendesk.writes.length, halo.counts.entities['tickets']?.updated];
        await run('zendesk');
        await run('zendesk-back');
        expect([zendesk.writes.length, halo.counts.entities['tickets']?.updated]).toEqual(writes);
      });
    } finally {
      await zendesk.close();
    }
  });
});
