import { beforeAll, expect, test } from '@jest/globals';
import { until } from '../support/with-platform.ts';
import { fill } from './every-page.ts';
import { withBrowser } from './with-browser.ts';

const browser = withBrowser();
const API = '/api/v1';

beforeAll(() => fill(browser.app), 120_000);

test('a record that failed in a step is taken up behind it', async () => {
  const { body } = await browser.app.get(`${API}/tasks?state=failed&limit=1`);
  const [task] = body['items'] as { id: string }[];
  const { page, go, field, complaints, close } = await browser.open();
  await go(`/tasks/${task?.id ?? ''}`);
  await page.getByRole('button', { name: 'Edit and replay' }).click();
  await field('Begin').click();
  await page.getByRole('option', { name: 'Ready to be sent' }).click();
  await page.getByText('it is published as you leave it here').waitFor();
  await field('Find a field').fill('summary');
  await field('summary').fill('Mended by hand');
  await page.locator('.changes ins', { hasText: 'Mended by hand' }).waitFor();
  await page.getByRole('button', { name: 'Replay', exact: true }).click();
  await until(async () => {
    const now = await browser.app.get(`${API}/tasks/${task?.id ?? ''}`);
    return now.body['state'] !== 'new' && now.body['stage'] === 'ready';
  });
  expect(complaints).toEqual([]);
  await close();
});

test('a record is pinned as a test of a transformer, and a change that breaks it shows', async () => {
  const { page, go, field, complaints, close } = await browser.open();
  await go('/transformers/names');
  await field('Incoming').click();
  await page.getByRole('option', { name: 'tickets' }).click();
  await page.getByRole('button', { name: 'Pin the first record as a test' }).click();
  const tests = page.locator('section', { has: page.getByRole('heading', { name: 'Saved tests' }) });
  await tests.getByText('1 test passed').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await until(async () => {
    const { body } = await browser.app.get(`${API}/documents/transformer/names`);
    return ((body['spec'] as { tests?: object[] }).tests ?? []).length === 1;
  });
  await page.getByText('JSON', { exact: true }).first().click();
  const editor = page.locator('.cm-content').first();
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('[{ "type": "map", "fields": { "name": "Another &{id}" } }]');
  await tests.getByText('1 of 1 failed').waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test('a draft of a document that is not there yet waits above the list, and is gone once it is made', async () => {
  const { page, go, field, choose, complaints, close } = await browser.open();
  await go('/outgoings/new');
  await choose('Client', 'halo', /halo/);
  await choose('Entity', 'updates suppliers', /· supplier$/);
  await field('Identifier').fill('drafted');
  await page.getByRole('button', { name: 'Keep as a draft' }).click();
  await page.getByText('The draft is kept').waitFor();
  await go('/outgoings');
  await page.getByRole('link', { name: 'drafted' }).click();
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'New route' }).waitFor();
  expect((await browser.app.get(`${API}/documents/outgoing/drafted`)).status).toBe(200);
  expect((await browser.app.get(`${API}/drafts`)).body['items']).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});
