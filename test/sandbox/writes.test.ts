import { describe, expect, test } from '@jest/globals';
import { textOf, type HaloRecord } from '../../sandbox/halo/record.ts';
import { field, withHalo } from './with-halo.ts';

describe('POST', () => {
  test('creates without an id and answers 201 with one object', async () => {
    const now = Date.parse('2026-11-05T12:00:00Z');
    await withHalo({ seed: { tickets: 3 }, now: () => now }, async (client) => {
      const { status, json } = await client.post('/Tickets', [
        { summary: 'Disk almost full', details_html: '<p>C: has 2 GB left</p>', client_id: 12, assets: [{ id: 310 }] },
      ]);
      expect(status).toBe(201);
      expect(json).toMatchObject({
        id: 20004,
        summary: 'Disk almost full',
        details: 'C: has 2 GB left',
        client_name: 'Harbour Dental Care',
        source: 'Manual',
        dateoccurred: '2026-11-05T12:00:00',
        last_update: '2026-11-05T12:00:00',
        assets: [{ id: 310 }],
      });
      expect(client.halo.counts.entities.tickets).toMatchObject({ created: 1, updated: 0 });
    });
  });

  test('an element with an id changes the sent fields only', () =>
    withHalo({ seed: { tickets: 3 } }, async (client) => {
      const before = client.halo.store.get('tickets', 20002);
      const { status, json } = await client.post('/Tickets', [{ id: 20002, summary: 'new' }]);
      expect([status, field(json, 'id')]).toEqual([201, 20002]);
      const after = client.halo.store.get('tickets', 20002);
      expect(after).toEqual({ ...before, summary: 'new', last_update: after?.last_update });
      expect(client.halo.store.count('tickets')).toBe(3);
    }));

  test('the same element without an id makes a duplicate', () =>
    withHalo({}, async (client) => {
      await client.post('/Client', [{ name: 'Twice Ltd' }]);
      await client.post('/Client', [{ name: 'Twice Ltd' }]);
      expect(client.halo.store.rows('client').map((row) => row.name)).toEqual(['Twice Ltd', 'Twice Ltd']);
    }));

  test('an unknown id is 404 with a message', () =>
    withHalo({}, async (client) => {
      const { status, json } = await client.post('/Tickets', [{ id: 99, summary: 'x' }]);
      expect([status, field(json, 'Message')]).toEqual([404, expect.any(String)]);
    }));

  test.each([
    ['an object', '{"summary":"x"}'],
    ['no JSON', '[{'],
    ['an empty array', '[]'],
  ])('refuses %s', (_what, body) =>
    withHalo({}, async (client) => {
      const { status, json } = await client.send('POST', '/Tickets', body);
      expect([status, json]).toEqual([400, { Message: 'The request is invalid.' }]);
    }),
  );

  test.each([
    ['"abc"', '[0].id', '[{"id":"abc"}]'],
    ['"95.0"', '[0].id', '[{"id":"95.0"}]'],
    ['"95"', '[0].id', '[{"id":"95"}]'],
    ['95.5', '[1].id', '[{"summary":"fine"},{"id":95.5}]'],
    ['95.0', '[0].id', '[{"id":95.0}]'],
    ['null', '[0].id', '[{"id":null}]'],
    ['a decimal client_id', '[0].client_id', '[{"client_id":12.0}]'],
    ['a text client_id', '[0].client_id', '[{"client_id":"12"}]'],
  ])('an id of %s is a model error', (_what, path, body) =>
    withHalo({}, async (client) => {
      const { status, json } = await client.send('POST', '/Tickets', body);
      expect(status).toBe(400);
      expect(json).toEqual({ [path]: [expect.stringContaining('Could not convert string to integer')] });
      expect(client.halo.store.count('tickets')).toBe(0);
    }),
  );

  test.each([
    ['array', 2],
    ['object', undefined],
  ] as const)('several elements are answered as an %s', (multiPostAnswer, length) =>
    withHalo({ multiPostAnswer }, async (client) => {
      const { status, json } = await client.post('/Client', [{ name: 'One' }, { name: 'Two' }]);
      expect(status).toBe(201);
      expect(Array.isArray(json) ? json.length : undefined).toBe(length);
      expect(field(Array.isArray(json) ? json.at(-1) : json, 'name')).toBe('Two');
    }),
  );

  test.each([
    [true, 0],
    [false, 1],
  ])('with atomicPosts %s a refused element leaves %i of those before it', (atomicPosts, stored) =>
    withHalo({ atomicPosts }, async (client) => {
      const { status } = await client.post('/Asset', [
        { inventory_number: 'A', assettype_id: 128 },
        { inventory_number: 'B' },
        { inventory_number: 'C', assettype_id: 128 },
      ]);
      expect([status, client.halo.store.count('asset')]).toEqual([400, stored]);
      expect(client.halo.counts.entities.asset?.refused).toBe(1);
    }),
  );

  test('an asset needs a type, and gets the name of it', () =>
    withHalo({}, async (client) => {
      expect(field((await client.post('/Asset', [{ inventory_number: 'A' }])).json, 'ClassName')).toBe(
        'System.Exception',
      );
      const { json } = await client.post('/Asset', [{ inventory_number: 'A', assettype_id: 129 }]);
      expect(field(json, 'assettype_name')).toBe('Server');
    }));

  test('an action needs an outcome, and its id counts within the ticket', () =>
    withHalo({ seed: { tickets: 2, actions: 2 }, blockedOutcomes: [50] }, async (client) => {
      const without = await client.post('/Actions', [{ ticket_id: 20001, note_html: '<p>x</p>' }]);
      expect([without.status, without.json]).toEqual([
        400,
        { ClassName: 'System.Exception', Message: 'An Outcome must be entered for this Action' },
      ]);
      const blocked = await client.post('/Actions', [{ ticket_id: 20001, outcome_id: 50 }]);
      expect(field(blocked.json, 'Message')).toBe('You do not have access to this Action at the moment');
      const good = await client.post('/Actions', [{ ticket_id: 20001, outcome_id: 7, note_html: '<p>Done</p>' }]);
      expect(good.json).toMatchObject({ id: 2, ticket_id: 20001, outcome: 'Private Note', note: 'Done' });
      expect((await client.post('/Actions', [{ ticket_id: 1, outcome_id: 7 }])).status).toBe(404);
    }));

  test('a ticket type with a workflow can refuse a plain create', () =>
    withHalo({ workflowTicketTypes: [2] }, async (client) => {
      const { status, json } = await client.post('/Tickets', [{ summary: 'x', tickettype_id: 2 }]);
      expect([status, field(json, 'Message')]).toEqual([400, 'CODE:APP03/2 Please select the CAB members to approve']);
    }));

  test('custom fields merge by id or name, assets are replaced, steering fields are not stored', () =>
    withHalo({ seed: { tickets: 1 } }, async (client) => {
      await client.post('/Tickets', [{ id: 20001, assets: [{ id: 1 }, { id: 2 }] }]);
      await client.post('/Tickets', [
        {
          id: 20001,
          assets: [{ id: 3 }],
          customfields: [{ name: 'CFexternalReference', value: 'NEW' }],
          _novalidate: true,
        },
      ]);
      const { json } = await client.get('/Tickets/20001');
      expect(field(json, 'assets')).toEqual([{ id: 3 }]);
      expect(field(json, 'customfields')).toMatchObject([
        { id: 164, value: 'NEW', display: 'NEW' },
        { id: 171, value: true },
      ]);
      expect(json).not.toHaveProperty('_novalidate');
    }));

  test('closing sets the date of the last close, and opening again leaves it', async () => {
    const now = Date.parse('2026-11-05T12:00:00Z');
    await withHalo({ now: () => now }, async (client) => {
      const id = field((await client.post('/Tickets', [{ summary: 'x' }])).json, 'id') ?? 0;
      await client.post('/Tickets', [{ id, status_id: 9 }]);
      await client.post('/Tickets', [{ id, status_id: 2 }]);
      const { json } = await client.get(`/Tickets/${textOf(id)}`);
      expect(json).toMatchObject({ status_id: 2, hasbeenclosed: true, dateclosed: '2026-11-05T12:00:00' });
    });
  });

  test('there is no PUT and no PATCH', () =>
    withHalo({ seed: { tickets: 1 } }, async (client) => {
      expect((await client.send('PUT', '/Tickets/20001', '{}')).status).toBe(405);
      expect((await client.send('PATCH', '/Tickets', '{}')).status).toBe(405);
    }));
});

describe('one record', () => {
  test('GET answers the bare object with its custom fields', () =>
    withHalo({ seed: { tickets: 2, attachments: 2 } }, async (client) => {
      const { status, json } = await client.get('/tickets/20002');
      expect(status).toBe(200);
      expect(json).toMatchObject({
        id: 20002,
        customfields: [{ id: 164, value: 'EXT-1002' }, { id: 171 }],
        attachments: [],
      });
      const details = await client.get('/tickets/20002?includedetails=true');
      expect(field(details.json, 'attachments')).toEqual([expect.objectContaining({ filename: 'log-2.txt' })]);
    }));

  test('unknown ids are 404, ids that are no number 400, and unknown resources 404', () =>
    withHalo({}, async (client) => {
      expect((await client.get('/Tickets/7')).status).toBe(404);
      expect((await client.get('/Tickets/seven')).status).toBe(400);
      expect((await client.get('/NoSuchThing')).status).toBe(404);
    }));

  test('/Agent/me is the agent of the application', () =>
    withHalo({}, async (client) => {
      expect((await client.get('/Agent/me')).json).toMatchObject({ id: 5, name: 'API Agent' });
    }));

  test('an action is found by its ticket and id', () =>
    withHalo({ seed: { tickets: 2, actions: 4 } }, async (client) => {
      expect((await client.get('/Actions/2?ticket_id=20002')).json).toMatchObject({ id: 2, ticket_id: 20002 });
      expect((await client.get('/Actions/2')).status).toBe(404);
    }));

  test('DELETE answers the id, and takes along what hangs on the record', () =>
    withHalo({ seed: { tickets: 2, actions: 4, attachments: 2 } }, async (client) => {
      const { status, json } = await client.send('DELETE', '/Tickets/20001?reason=duplicate');
      expect([status, json]).toEqual([200, { id: 20001 }]);
      expect((await client.get('/Tickets/20001')).status).toBe(404);
      expect((await client.send('DELETE', '/Tickets/20001')).status).toBe(404);
      expect(client.halo.store.rows('actions').map((row) => row.ticket_id)).toEqual([20002, 20002]);
      await client.send('DELETE', '/Client/11');
      expect(client.halo.store.rows('site').filter((row) => row.client_id === 11)).toEqual([]);
    }));

  test('deleted tickets can be listed and recovered', () =>
    withHalo({ seed: { tickets: 3, actions: 3 } }, async (client) => {
      await client.send('DELETE', '/Tickets/20002');
      const deleted = await client.rows('/Tickets?deleted=true', 'tickets');
      expect(deleted.map((row) => row.id)).toEqual([20002]);
      expect((await client.post('/Tickets', [{ id: 20002, summary: 'x' }])).status).toBe(404);
      expect((await client.post('/Tickets', [{ id: 20002, _recover: true }])).status).toBe(201);
      expect(client.halo.store.count('tickets')).toBe(3);
      expect(client.halo.store.count('actions')).toBe(3);
    }));

  test('an attachment is listed without its content and answers its raw bytes', () =>
    withHalo({ seed: { tickets: 1 } }, async (client) => {
      const posted = await client.post('/Attachment', [
        { ticket_id: 20001, filename: 'log.txt', data_base64: 'aGVsbG8=' },
      ]);
      expect(posted.json).toMatchObject({ filename: 'log.txt', filesize: 5, unique_id: 20001 });
      const view = await client.list('/Attachment?ticket_id=20001');
      expect(view).toMatchObject({ ticket_id: 20001, record_count: 1, folders: [] });
      expect((view.attachments as HaloRecord[])[0]).not.toHaveProperty('data_base64');
      const bytes = await client.get(`/Attachment/${textOf(field(posted.json, 'id'))}`);
      expect(bytes.text).toBe('hello');
      expect(bytes.headers.get('content-disposition')).toContain('log.txt');
    }));
});

describe('reports', () => {
  test('answer their rows, and an error with a status of success', () =>
    withHalo({ seed: { tickets: 2 } }, async (client) => {
      const good = await client.post('/Report', [
        { id: 0, name: '', sql: 'SELECT * FROM Faults', _loadreportonly: true },
      ]);
      expect([good.status, (field(field(good.json, 'report'), 'rows') as HaloRecord[]).length]).toEqual([201, 2]);
      const bad = await client.post('/Report', [{ id: 0, name: '', sql: 'SELECT * FROM Tickets' }]);
      expect([bad.status, field(field(bad.json, 'report'), 'load_error')]).toEqual([
        201,
        "Invalid object name 'Tickets'.",
      ]);
    }));
});
