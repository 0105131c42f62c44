import { beforeAll, expect, test } from '@jest/globals';
import { haloClient } from '../server/with-app.ts';
import { withBrowser } from './with-browser.ts';

const browser = withBrowser();

beforeAll(async () => {
  await browser.app.apply(haloClient(browser.app));
});

test('a sheet is dropped, planned, run and fetched back', async () => {
  const [ticket] = browser.app.halo.store.rows('tickets');
  const id = Number(ticket?.['id']);
  const { page, go, findings, complaints, close } = await browser.open();
  await go('/sheets?client=halo&entity=tickets');
  const buffer = Buffer.from(`Ticket ID,Summary\r\n${id},By the dashboard\r\n,No id\r\n`);
  await page.locator('input[type=file]').setInputFiles({ name: 'fixes.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await page.getByText('By the dashboard').first().waitFor();
  expect(browser.app.halo.store.get('tickets', id)?.['summary']).not.toBe('By the dashboard');
  expect(await findings()).toEqual([]);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText(/1 finished.*1 failed|1 failed.*1 finished/).waitFor();
  expect(browser.app.halo.store.get('tickets', id)?.['summary']).toBe('By the dashboard');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the result' }).click();
  expect((await download).suggestedFilename()).toBe('fixes-result.csv');
  expect(complaints).toEqual([]);
  await close();
}, 120_000);
