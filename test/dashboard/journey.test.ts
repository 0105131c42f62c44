import { describe, expect, test } from '@jest/globals';
import { CANARY, type TestApp } from '../server/with-app.ts';
import { pictureOf } from './every-page.ts';
import { type Window, withBrowser } from './with-browser.ts';

/** A ticket whose asset the target refuses until it is called something else. */
const REFUSED = 'Printer on fire REFUSED';
const PASSWORD = 'a good long password';
/** What a newcomer may take, as the product promises. */
const FIVE_MINUTES_MS = 300_000;

// The keyboard types into fields and does nothing else: everything besides is clicked.
describe.each([{ width: 1440 }, { width: 390 }])('$width px', ({ width }) => {
  const browser = withBrowser();

  test('from signing in to a mended record, by the mouse', async () => {
    refuseOneTicket(browser.app);
    const startedAt = Date.now();
    const window = await browser.open({ isSignedIn: false, width, height: width === 390 ? 844 : 900 });
    const journey: Journey = { ...window, app: browser.app, width };
    const steps = [signIn, connectHalo, setUpIncoming, setUpOutgoing, setUpRoute, runIt, mendTheFailedRecord];
    for (const [index, step] of steps.entries()) {
      await step(journey);
      await pictureOf(window.page, `journey ${width}/${index + 1} ${step.name}`);
    }
    expect(window.complaints).toEqual([]);
    expect(browser.app.halo.store.count('asset')).toBe(120);
    expect(Date.now() - startedAt).toBeLessThan(FIVE_MINUTES_MS);
    await window.close();
  });
});

interface Journey extends Window {
  readonly app: TestApp;
  readonly width: number;
}

function refuseOneTicket({ halo: { store, faults } }: TestApp): void {
  const ticket = store.rows('tickets')[41];
  store.update('tickets', ticket?.['id'] as number, { summary: REFUSED });
  const message = 'An asset must have a supplier that is not on fire';
  faults.add({ match: { method: 'POST', path: /asset/i }, effect: { kind: 'refuse', marker: 'REFUSED', message } });
}

/** Goes to a page by the navigation, which a phone has behind a button. */
async function visit({ page, width }: Journey, name: string | RegExp): Promise<void> {
  if (width < 860) await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click();
}

async function signIn({ page, field, go, complaints, width }: Journey): Promise<void> {
  await go('/');
  await page.getByRole('heading', { name: 'Set up Sluice' }).waitFor();
  await field('Administrator token').fill('not-the-token');
  await field('Name').fill('Ada');
  await field('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Make the administrator' }).click();
  await page.getByRole('alert').getByText('This is not the administrator token').waitFor();
  // The browser notes the refusal by itself; it is the only complaint of the whole journey.
  expect(complaints.splice(0)).toEqual([expect.stringContaining('401')]);
  await field('Administrator token').fill('token-of-the-administrator');
  await page.getByRole('button', { name: 'Make the administrator' }).click();
  await page.getByText('Your first integration').waitFor();
  if (width < 860) await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('button', { name: 'Sign out' }).and(page.locator(':visible')).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await field('Name').fill('ada');
  await field('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('Your first integration').waitFor();
}

async function connectHalo({ page, field, app }: Journey): Promise<void> {
  await page.getByRole('link', { name: 'Connect a system' }).click();
  await page.getByLabel('Search connectors').fill('haloitsm');
  await page.getByRole('link', { name: /^HaloITSM/ }).click();
  await field('Name').fill('Halo');
  await field('Base URI').fill(app.halo.url);
  await field('Client ID').fill(app.halo.clientId);
  await field('Client secret').fill('wrong');
  await page.getByRole('button', { name: 'Save and test' }).click();
  await page.locator('.checklist .fix').first().waitFor();
  await page.getByRole('tab', { name: 'Settings' }).click();
  expect(await field('Client secret').inputValue()).toBe('');
  await field('Client secret').fill(CANARY);
  await page.getByRole('button', { name: 'Save and test' }).click();
  await page.getByText('Everything works').waitFor();
}

async function setUpIncoming(journey: Journey): Promise<void> {
  const { page, choose } = journey;
  await visit(journey, 'Incoming');
  await page.getByRole('link', { name: 'Set up the first incoming' }).click();
  await choose('Client', 'halo', /Halo/);
  await choose('What is read', 'lists tickets', /^Lists tickets · tickets$/);
  await page.getByText('First page: 100 of 120 records').waitFor();
  await page.getByText('Only when asked').click();
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'tickets' }).waitFor();
}

async function setUpOutgoing(journey: Journey): Promise<void> {
  const { page, choose } = journey;
  await visit(journey, 'Outgoing');
  await page.getByRole('link', { name: 'Set up the first outgoing' }).click();
  await choose('Client', 'halo', /Halo/);
  await choose('Entity', 'updates assets', /^Adds or updates one or more assets · asset$/);
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await page.locator('input').and(page.getByLabel('Fields of rule 1')).fill('key_field');
  await page.getByRole('heading', { name: '3. Find before create' }).click();
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'New route' }).waitFor();
}

async function setUpRoute({ page, choose, field }: Journey): Promise<void> {
  await choose('Incoming', '', 'tickets');
  await page.getByText('First page: 100 of 120 records').waitFor();
  await choose('Add a step', 'map: makes', /^map:/);
  const rows = { key_field: 'T-&{id}', key_field2: '&{summary}', assettype_id: '1', client_id: '1' };
  for (const [name, value] of Object.entries(rows)) {
    await page.getByRole('button', { name: 'Add a field' }).click();
    await page.getByLabel('Target field').last().fill(name);
    await field(`Value of ${name}`).fill(value);
  }
  await page.getByText('Changed a moment ago').or(page.locator('.target .result').first()).first().waitFor();
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'tickets-to-asset' }).waitFor();
  await page.locator('.react-flow__node').nth(4).waitFor();
}

async function runIt(journey: Journey): Promise<void> {
  const { page } = journey;
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await page.getByRole('region', { name: 'Plan' }).locator('.badge', { hasText: 'create' }).first().waitFor();
  await pictureOf(page, `journey ${journey.width}/plan`);
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.getByRole('menuitem', { name: /What changed/ }).click();
  await page.locator('.table .badge', { hasText: 'finished' }).first().waitFor();
  await visit(journey, 'Runs');
  await page.getByText('120 announced, 120 received').waitFor();
}

async function mendTheFailedRecord(journey: Journey): Promise<void> {
  const { page, field, findings } = journey;
  await visit(journey, /^Errors/);
  await page.getByText('An asset must have a supplier that is not on fire').waitFor();
  await page.getByRole('link', { name: 'Look at one' }).click();
  await page.getByText('Try 1 failed').waitFor();
  await page.getByRole('button', { name: 'Edit and replay' }).click();
  expect(await field('key_field2').inputValue()).toBe(REFUSED);
  await field('key_field2').fill('Printer is out');
  await page.locator('.changes ins', { hasText: 'Printer is out' }).waitFor();
  expect(await findings()).toEqual([]);
  await pictureOf(page, `journey ${journey.width}/replay`);
  await page.getByRole('button', { name: 'Replay', exact: true }).click();
  await page.getByRole('heading', { name: 'Arrived in the target' }).waitFor();
}
