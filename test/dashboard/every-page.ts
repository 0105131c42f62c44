import type { Page } from 'playwright-core';
import { until } from '../support/with-platform.ts';
import { haloClient, ticketsIncoming, type TestApp } from '../server/with-app.ts';

/** A folder for pictures of every page, for people to look at; none are taken without. */
export const PICTURES = process.env['SLUICE_TEST_PICTURES'];

/** Every page of the dashboard, some in several states, with what {@link fill} makes. */
export const PAGES = [
  '/',
  '/tasks',
  '/tasks?state=failed',
  '/tasks/1',
  '/bulk-actions',
  '/runs',
  '/runs/1',
  '/errors',
  '/clients',
  '/clients/new',
  '/clients/new/haloitsm',
  '/clients/halo',
  '/clients/halo?tab=settings',
  '/sheets?client=halo&entity=tickets',
  '/console?client=halo&entity=asset&operation=post',
  '/incomings',
  '/incomings/new',
  '/incomings/tickets',
  '/incomings/tickets/edit',
  '/incomings/new?from=webhook',
  '/incomings/new?from=file',
  '/incomings/events/edit',
  '/incomings/prices',
  '/outgoings',
  '/outgoings/suppliers',
  '/routes',
  '/routes?view=list',
  '/routes/tickets-to-suppliers',
  '/routes/tickets-to-suppliers/edit',
  '/templates',
  '/templates/ninjaone-to-halo',
  '/transformers',
  '/transformers/names',
  '/storages',
  '/storages/sites',
  '/value-maps',
  '/value-maps/status',
  '/variables',
  '/documents',
  '/versions/value-map/status',
  '/notifications',
  '/notifications/new',
  '/notifications/chat',
  '/account',
  '/users',
  '/audit',
  '/nothing/here',
];

const HEADER = { type: 'secret', header: 'x-secret', secret: 'a-secret-of-the-source' };

const NOTIFICATION = {
  events: ['run-failed', 'new-error', 'route-silent'],
  channel: { type: 'webhook', url: 'http://127.0.0.1:1/hook', body: { text: '&{title}' } },
};

/** Documents of every kind, a run with failures, entries and versions: something on each page. */
export async function fill(app: TestApp): Promise<void> {
  const steps = [{ type: 'map', fields: { name: 'Supplier &{id}' } }];
  const translate = { type: 'value-map', field: 'status_id', map: 'status' };
  const failing = { type: 'fail', message: 'Not this one', when: { field: 'id', lessThan: 20011 } };
  const publisher = { type: 'connector', client: 'halo', action: 'post', entity: 'supplier' };
  const route = { incoming: 'tickets', outgoing: 'suppliers', transformers: [failing, translate, ...steps] };
  await app.apply(
    haloClient(app),
    ticketsIncoming(),
    { kind: 'outgoing', identifier: 'suppliers', spec: { publisher } },
    { kind: 'route', identifier: 'tickets-to-suppliers', spec: route },
    { kind: 'transformer', identifier: 'names', spec: { transformers: steps } },
    { kind: 'storage', identifier: 'sites', spec: {} },
    { kind: 'value-map', identifier: 'status', spec: { rows: [[1, 'open']], noMatch: 'keep' } },
    { kind: 'incoming', identifier: 'prices', spec: { subscriber: { type: 'file', format: 'csv' } } },
    { kind: 'route', identifier: 'priced', spec: { incoming: 'prices', outgoing: 'suppliers', transformers: steps } },
    { kind: 'notification', identifier: 'chat', name: 'Team chat', spec: NOTIFICATION },
    { kind: 'incoming', identifier: 'events', spec: { subscriber: { type: 'webhook' }, webhook: { verify: HEADER } } },
  );
  await app.send('PUT', '/api/v1/storages/sites/entries/103', { value: { name: 'Main' } });
  await runToEnd(app, 'tickets');
}

/** Runs an incoming until its tasks are at rest. */
export async function runToEnd(app: TestApp, incoming: string, mode = 'incremental'): Promise<void> {
  const { body: run } = await app.post(`/api/v1/incomings/${incoming}/runs`, { mode });
  await until(async () => {
    const { body } = await app.get(`/api/v1/runs/${String(run['id'])}`);
    const { new: fresh, processing, retrying } = body['tasks'] as Record<string, number>;
    return body['status'] !== 'running' && fresh === 0 && processing === 0 && retrying === 0;
  });
}

/** Takes a picture of the whole page, where somebody wants pictures. */
export async function pictureOf(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  const [look, ...rest] = name.split('/');
  const file = rest
    .join('-')
    .replaceAll(/[^a-z0-9-]+/gi, '_')
    .replace(/^-$/, 'home');
  await page.screenshot({ path: `${PICTURES}/${look}/${file}.png`, animations: 'disabled', fullPage: true });
}
