import { beforeAll, expect, test } from '@jest/globals';
import { haloClient, ticketsIncoming } from '../server/with-app.ts';
import { withBrowser } from './with-browser.ts';

const browser = withBrowser();

beforeAll(async () => {
  await browser.app.apply(haloClient(browser.app), ticketsIncoming());
});

test('a sheet is dropped, planned, run and fetched back', async () => {
  const [ticket] = browser.app.halo.store.rows('tickets');
  const id = Number(ticket?.['id']);
  const { page, go, choose, findings, complaints, close } = await browser.open();
  await go('/sheets?client=halo&entity=tickets');
  const buffer = Buffer.from(`Ticket ID,Summary,Room\r\n${id},By the dashboard,12b\r\n,No id,\r\n`);
  await page.locator('input[type=file]').setInputFiles({ name: 'fixes.csv', mimeType: 'text/csv', buffer });
  await choose('Field of the column Room', 'CFroom', '$CFroom (custom field)');
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await page.getByText('By the dashboard').first().waitFor();
  expect(browser.app.halo.store.get('tickets', id)?.['summary']).not.toBe('By the dashboard');
  expect(await findings()).toEqual([]);
  // What is only planned is read by no run of somebody else.
  await browser.app.post('/api/v1/incomings/sheet-halo-tickets/runs', { mode: 'full' });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText(/1 finished.*1 failed|1 failed.*1 finished/).waitFor();
  expect(browser.app.halo.store.get('tickets', id)?.['summary']).toBe('By the dashboard');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the result' }).click();
  expect((await download).suggestedFilename()).toBe('fixes-result.csv');
  expect(complaints).toEqual([]);
  await close();
});

test('Halo is told to send its events by one press of a button, and pressed again it changes nothing', async () => {
  const { page, go, complaints, close } = await browser.open();
  await go('/incomings/tickets');
  // Halo may reach this server elsewhere than the browser does.
  const address = page.getByLabel('Where the system reaches this server');
  const elsewhere = (await address.inputValue()).replace('127.0.0.1', 'localhost');
  await address.fill(elsewhere);
  await page.getByRole('button', { name: 'Set up webhook' }).click();
  await page.getByText(`are sent to ${elsewhere}/hooks/tickets`).waitFor();
  await page.getByText('takes deliveries at /hooks/tickets').waitFor();
  expect(browser.app.halo.store.count('webhook')).toBe(1);
  await page.getByRole('button', { name: 'Set up webhook' }).click();
  await page.getByText(/Webhook updated/).waitFor();
  expect(browser.app.halo.store.count('webhook')).toBe(1);
  expect(complaints).toEqual([]);
  await close();
});
