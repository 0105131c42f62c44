import type { RequestListener } from 'node:http';
import { beforeAll, expect, test } from '@jest/globals';
import { answerJson, readBody, withServer } from '../http/with-server.ts';
import { CANARY } from '../server/with-app.ts';
import { until } from '../support/with-platform.ts';
import { fill } from './every-page.ts';
import { withBrowser } from './with-browser.ts';

const browser = withBrowser();
const API = '/api/v1';

beforeAll(() => fill(browser.app));

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

test('a notification is set up with the message beside it, and what was sent is listed', async () => {
  const told: string[] = [];
  const chat: RequestListener = (request, response) => {
    void readBody(request).then((body) => {
      told.push(body);
      answerJson(response, 200, {});
    });
  };
  await withServer(chat, async (url) => {
    const { page, go, field, findings, complaints, close } = await browser.open();
    await go('/notifications');
    await page.getByRole('link', { name: 'New notification' }).click();
    await field('Address').fill(`${url}/${CANARY}`);
    await page.getByLabel('Many records failed').check();
    await field('Name').fill('Operators');
    expect(await findings()).toEqual([]);
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('button', { name: 'Send a test' }).click();
    const messages = page.getByRole('region', { name: 'Messages' }).last();
    await messages.getByText('test sent').waitFor();
    // Of what happens meanwhile it tells, too.
    expect(told.filter((body) => (JSON.parse(body) as { isTest: boolean }).isTest)).toHaveLength(1);
    expect(await field('Address').inputValue()).toBe('');
    expect(await page.content()).not.toContain(CANARY);
    expect(complaints).toEqual([]);
    await close();
  });
});

test('a bulk action shows what it would do, then how far it is', async () => {
  const { page, go, field, findings, complaints, close } = await browser.open();
  await go('/tasks?state=failed');
  await page.getByRole('button', { name: 'Act on many' }).click();
  await page.getByRole('menuitem', { name: 'Skip all that match' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/tasks match/).waitFor();
  expect(await findings()).toEqual([]);
  await field('Name').fill('Skip what is broken');
  await dialog.getByRole('button', { name: /^Skip \d+ tasks$/ }).click();
  await page.getByRole('heading', { name: 'Bulk actions' }).waitFor();
  const row = page.getByRole('row', { name: /Skip what is broken/ });
  await row.getByRole('progressbar', { name: 'Progress of Skip what is broken' }).waitFor();
  await row.getByText('done', { exact: true }).waitFor();
  expect((await browser.app.get(`${API}/tasks?state=failed`)).body['items']).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});
