import { beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../support/with-platform.ts';
import { CANARY, ticketsIncoming } from '../server/with-app.ts';
import { fill, PAGES, pictureOf, PICTURES } from './every-page.ts';
import { type Window, withBrowser } from './with-browser.ts';

const browser = withBrowser();

beforeAll(() => fill(browser.app));

/** Goes through pages and collects what is wrong with them. */
async function check({ go, follow, findings, page, complaints }: Window, look: string): Promise<string[]> {
  const wrong: string[] = [];
  await go('/');
  for (const address of PAGES) {
    await follow(address);
    await pictureOf(page, `${look}/${address}`);
    if ((await page.content()).includes(CANARY)) wrong.push(`${address} shows a secret`);
    wrong.push(...(await findings()).map((finding) => `${address} ${finding}`));
    const excess = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    if (excess > 0) wrong.push(`${address} is ${excess} px wider than the screen`);
  }
  return [...wrong, ...complaints];
}

/** The other two are for people who look at pictures. */
const LOOKS = [
  { width: 1440, scheme: 'light' },
  { width: 390, scheme: 'dark' },
  { width: 1440, scheme: 'dark' },
  { width: 390, scheme: 'light' },
] as const;

describe.each(PICTURES === undefined ? LOOKS.slice(0, 2) : LOOKS)('$width px, $scheme', ({ width, scheme }) => {
  test('every page is without complaints of the console and serious findings of axe', async () => {
    const window = await browser.open({ width, scheme });
    expect(await check(window, `${width} ${scheme}`)).toEqual([]);
    await window.close();
  });
});

test('a session opens the account, and other ways in are found', async () => {
  const name = 'grace';
  const password = 'a good long password';
  await browser.app.post('/api/v1/users', { name, role: 'editor', password });
  const { page, field, go, complaints, findings, close } = await browser.open({ isSignedIn: false });
  await go('/account');
  await page.getByRole('button', { name: 'Sign in with an access token' }).click();
  await field('Access token').waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  await field('Name').fill(name);
  await field('Password').fill(password);
  expect(await findings()).toEqual([]);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('region', { name: 'Sessions' }).getByText('This one').waitFor();
  expect(await page.getByRole('link', { name: 'Audit trail' }).count()).toBe(0);
  // Whoever comes again is in at once, until the session ends elsewhere.
  await go('/account');
  await page.getByRole('region', { name: 'Sessions' }).getByText('This one').waitFor();
  expect(await findings()).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});

test('an old version of a document is made live again', async () => {
  const rows = (to: string): object => ({ kind: 'value-map', identifier: 'levels', spec: { rows: [[1, to]] } });
  await browser.app.apply(rows('high'));
  await browser.app.apply(rows('low'));
  const { page, go, close } = await browser.open();
  await go('/value-maps/levels');
  await page.getByRole('link', { name: 'Versions' }).click();
  await page.getByText('spec.rows[0][1]').waitFor();
  await page.getByRole('button', { name: 'Go back to it' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Go back to it' }).click();
  await page.getByRole('heading', { name: 'Version 3' }).waitFor();
  const { body } = await browser.app.get('/api/v1/value-maps/levels');
  expect(body).toMatchObject({ spec: { rows: [[1, 'high']] } });
  await close();
});

test('who saves what somebody else has changed sees both changes, and can have both', async () => {
  const map = { kind: 'value-map', identifier: 'priorities', name: 'Priorities', spec: { rows: [[1, 'low']] } };
  await browser.app.apply(map);
  const { page, go, close } = await browser.open();
  await go('/value-maps/priorities');
  await page.getByLabel('A value that is not in the table').first().click();
  await page.getByRole('option', { name: 'stays as it is' }).click();
  await browser.app.apply({ ...map, name: 'Priority of tickets' });
  await page.getByLabel('Why').fill('Others come as they are');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const conflict = page.getByRole('alert').filter({ hasText: 'Somebody else has changed this' });
  await conflict.locator('ins', { hasText: 'Priority of tickets' }).waitFor();
  await conflict.locator('ins', { hasText: 'keep' }).waitFor();
  await conflict.getByRole('button', { name: 'Save both' }).click();
  await conflict.waitFor({ state: 'detached' });
  // The question goes away while the answer is being saved.
  const versionsOf = async (): Promise<unknown[]> => {
    const { body } = await browser.app.get('/api/v1/documents/value-map/priorities/versions');
    return body['items'] as unknown[];
  };
  await until(async () => (await versionsOf()).length === 3);
  const { body } = await browser.app.get('/api/v1/value-maps/priorities');
  expect(body).toMatchObject({ name: 'Priority of tickets', spec: { rows: [[1, 'low']], noMatch: 'keep' } });
  expect(await versionsOf()).toMatchObject([{ version: 3, reason: 'Others come as they are' }, {}, {}]);
  await close();
});

test('a draft changes nothing that is live until it is published', async () => {
  await browser.app.apply({ kind: 'value-map', identifier: 'kinds', spec: { rows: [[1, 'a']] } });
  const { page, go, close } = await browser.open();
  const live = async (): Promise<unknown> => (await browser.app.get('/api/v1/value-maps/kinds')).body['spec'];
  await go('/value-maps/kinds');
  await page.getByLabel('Target value of row 1').fill('b');
  await page.getByRole('button', { name: 'Keep as a draft' }).click();
  const draft = page.getByRole('alert').filter({ hasText: 'There is a draft' });
  await draft.waitFor();
  expect(await live()).toMatchObject({ rows: [[1, 'a']] });
  await draft.getByRole('button', { name: 'Publish it' }).click();
  await draft.waitFor({ state: 'detached' });
  expect(await live()).toMatchObject({ rows: [[1, 'b']] });
  await close();
});

test('a value that the map did not know is added where it is listed', async () => {
  const { page, go, close } = await browser.open();
  await go('/value-maps/status');
  const [unknown] = (await browser.app.get('/api/v1/value-maps/status/unmatched')).body['items'] as { value: number }[];
  const field = page.getByLabel(`What ${unknown?.value ?? ''} becomes`);
  await field.fill('closed');
  await field.press('Enter');
  await field.waitFor({ state: 'detached' });
  const { body } = await browser.app.get('/api/v1/value-maps/status');
  expect(body).toMatchObject({ spec: { rows: expect.arrayContaining([[unknown?.value, 'closed']]) as unknown } });
  await close();
});

test('a list that is looked at stays as it is, and says how many are new', async () => {
  const { page, go, close } = await browser.open();
  await go('/runs');
  const rows = page.getByRole('region', { name: 'Runs' }).locator('tbody tr');
  const before = await rows.count();
  await browser.app.post('/api/v1/incomings/prices/runs', {});
  await page.getByRole('button', { name: '1 new' }).waitFor();
  expect(await rows.count()).toBe(before);
  await page.getByRole('button', { name: '1 new' }).click();
  await rows.nth(before).waitFor();
  await close();
});

test('documents of a file are looked at before they are applied', async () => {
  const { page, go, close } = await browser.open();
  await go('/documents');
  const document = { kind: 'value-map', identifier: 'brought', spec: { rows: [[1, 'a']] } };
  const chosen = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  const buffer = Buffer.from(JSON.stringify([document]));
  await (await chosen).setFiles({ name: 'documents.json', mimeType: 'application/json', buffer });
  await page.getByRole('region', { name: 'What would change' }).getByText('brought').waitFor();
  expect((await browser.app.get('/api/v1/value-maps/brought')).status).toBe(404);
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('1 document applied').waitFor();
  expect((await browser.app.get('/api/v1/value-maps/brought')).status).toBe(200);
  await close();
});

test('a file is uploaded and read by hand', async () => {
  const { page, go, close } = await browser.open();
  await go('/incomings/prices');
  const chosen = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload a file' }).click();
  await (await chosen).setFiles({ name: 'p.csv', mimeType: 'text/csv', buffer: Buffer.from('id,price\n1,2\n3,4\n') });
  const files = page.getByRole('region', { name: 'Files' });
  await files.getByText('p.csv').waitFor();
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.getByRole('menuitem', { name: /What changed/ }).click();
  await files.locator('.badge', { hasText: 'read' }).waitFor();
  await close();
});

test('where to begin is asked before the first run, with an estimate', async () => {
  await browser.app.apply(ticketsIncoming('later'));
  const { page, go, close } = await browser.open();
  await go('/incomings/later');
  await page.getByRole('heading', { name: 'Where to begin' }).waitFor();
  await page.getByRole('button', { name: 'Choose' }).click();
  await page.getByText('Everything', { exact: true }).click();
  await page.getByText('About 120 records').waitFor();
  await page.getByText('From now on').click();
  await page.getByText('About 0 records').waitFor();
  await page.getByRole('button', { name: 'Begin there' }).click();
  await page.getByRole('heading', { name: 'How far it has read' }).or(page.getByText('looks back')).first().waitFor();
  await page.getByRole('button', { name: 'Begin there' }).waitFor({ state: 'detached' });
  const { body } = await browser.app.get('/api/v1/incomings/later/cursor');
  expect(Date.parse(String(body['at']))).toBeGreaterThan(0);
  await close();
});

test('the mapper of a route shows in red what is needed and not filled', async () => {
  const publisher = {
    type: 'connector',
    client: 'halo',
    action: 'post',
    entity: 'asset',
    match: [{ fields: ['key_field'] }],
  };
  await browser.app.apply(
    { kind: 'outgoing', identifier: 'assets', spec: { publisher } },
    {
      kind: 'route',
      identifier: 'mapped',
      spec: { incoming: 'tickets', outgoing: 'assets', transformers: [{ type: 'map', fields: { client_id: 1 } }] },
    },
  );
  const { page, go, close } = await browser.open();
  await go('/routes/mapped/edit');
  await page.getByRole('button', { name: /map/ }).first().click();
  const needed = page.locator('.chip.needed', { hasText: 'key_field' });
  await needed.click();
  await needed.waitFor({ state: 'detached' });
  expect(await page.getByLabel('Target field').last().inputValue()).toBe('key_field');
  await close();
});

test('the plan of a route is shown before anything is sent', async () => {
  const { page, go, close } = await browser.open();
  await go('/routes/tickets-to-suppliers');
  await page.getByText('Everything', { exact: true }).click();
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await page.getByRole('region', { name: 'Plan' }).locator('.badge', { hasText: 'fail' }).first().waitFor();
  await close();
});

test('the home page loads less than 300 kB of script, compressed', async () => {
  const window = await browser.open();
  const scripts: Promise<number>[] = [];
  window.page.on('response', (response) => {
    if (!new URL(response.url()).pathname.endsWith('.js')) return;
    scripts.push(
      response
        .request()
        .sizes()
        .then(({ responseBodySize }) => responseBodySize),
    );
  });
  await window.page.addInitScript(`new MutationObserver((_, observer) => {
    if (!document.querySelector('.tile')) return;
    observer.disconnect();
    requestAnimationFrame(() => { window.readyMs = performance.now(); });
  }).observe(document, { childList: true, subtree: true })`);
  await window.go('/');
  const bytes = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0);
  await window.page.locator('.tile').first().waitFor();
  const readyMs = await window.page.evaluate<number>('window.readyMs');
  process.stdout.write(
    `The home page loads ${Math.round(bytes / 1000)} kB of script, and is there after ${Math.round(readyMs)} ms\n`,
  );
  await window.close();
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(300_000);
});

test('works with the keyboard: "?" lists shortcuts, "/" goes to the search, Enter finds a record', async () => {
  const { page, go, close } = await browser.open();
  await go('/');
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Find a record').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.keyboard.press('/');
  await page.keyboard.type('20005');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Record 20005' }).waitFor();
  expect(new URL(page.url()).search).toBe('?key=20005');
  await page.getByRole('link', { name: '20005' }).waitFor();
  await close();
});

test('what the server finds wrong in a step stands at its field, and on the step when it is closed', async () => {
  const { page, go, field, choose, complaints, close } = await browser.open();
  await go('/transformers/new');
  await choose('Add a step', 'storage-get', /^storage-get:/);
  await field('Key').fill('&{id}');
  await field('Name').fill('Reads');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.locator('.step').getByText('This is missing.').first().waitFor();
  await page.locator('.step-name').click();
  await page.locator('.step').getByText('2 problems').waitFor();
  expect(complaints.filter((line) => !line.includes('status of 400'))).toEqual([]);
  await close();
});

test('a filter stands in the address as it is typed, and leaves one step to go back', async () => {
  const { page, go, field, complaints, close } = await browser.open();
  await go('/runs');
  await page.getByRole('link', { name: 'Tasks', exact: true }).click();
  await field('Key of the record, exactly').pressSequentially('4711');
  await page.waitForURL('**/tasks?key=4711');
  expect(await field('Key of the record, exactly').inputValue()).toBe('4711');
  await page.goBack();
  await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
  await page.goForward();
  await page.getByRole('heading', { name: 'Record 4711' }).waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test('an address that is opened with filters shows what they say', async () => {
  const { page, go, close } = await browser.open();
  await go('/tasks?state=failed');
  await page.locator('.task-list .badge').nth(9).waitFor();
  expect(await page.locator('.task-list .badge', { hasText: 'failed' }).count()).toBe(10);
  expect(await page.locator('.task-list .badge').count()).toBe(10);
  await close();
});

test('the console searches operations in plain words and shows the answer', async () => {
  const { page, go, choose, close } = await browser.open();
  await go('/console?client=halo');
  await choose('Operation', 'status list', /^Lists statuses/);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.badge', { hasText: '200' }).waitFor();
  await page.getByRole('region', { name: 'Answer' }).getByRole('row').nth(3).waitFor();
  await close();
});
