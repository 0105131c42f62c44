import { writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { type StartedSystem, SYSTEMS } from '../../sandbox/systems.ts';
import { plainText } from '../../src/core/record.ts';
import { CANARY } from '../server/with-app.ts';
import { toPalettePng } from '../support/palette-png.ts';
import { PICTURES } from './every-page.ts';
import { type Window, withBrowser } from './with-browser.ts';

const browser = withBrowser();
const CUSTOMERS = 5;
const DEVICES = 61;

test('from nothing to the devices of NinjaOne in Halo, with the mouse and the fields of forms alone', async () => {
  const ninja = await SYSTEMS.get('ninjaone')?.('ninjaone');
  if (!ninja) throw new Error('There is no made-up NinjaOne');
  knowCustomers();
  const window = await browser.open({ isSignedIn: false });
  try {
    await begin(window);
    await connect(window, 'Client of NinjaOne', async () => fillNinja(window, ninja));
    await connect(window, 'Client of Halo', async () => fillHalo(window));
    await fillOptions(window);
    await lookAtPlan(window);
    await applyAndRun(window);
    expect(browser.app.halo.store.rows('asset').filter(({ ninjarmm_id }) => Number(ninjarmm_id) > 0)).toHaveLength(
      DEVICES,
    );
    expect(window.complaints).toEqual([]);
  } finally {
    await window.close();
    await ninja.close();
  }
});

/** Halo has all customers but the last, under the names that they have in NinjaOne. */
function knowCustomers(): void {
  for (let number = 1; number < CUSTOMERS; number += 1) {
    const client = { id: 700 + number, name: `Customer ${number}`, toplevel_id: 1, inactive: false, customfields: [] };
    browser.app.halo.store.put('client', client, Date.now());
  }
}

async function begin({ page, go, field }: Window): Promise<void> {
  await go('/');
  await field('Administrator token').fill('token-of-the-administrator');
  await field('Name').fill('Ada');
  await field('Password').fill('a good long password');
  await page.getByRole('button', { name: 'Make the administrator' }).click();
  await page.getByRole('link', { name: 'Or start from a template' }).click();
  await page.getByRole('link', { name: /^NinjaOne to Halo/ }).waitFor();
  if (PICTURES !== undefined) await picture(page, 'templates');
  await page.getByRole('link', { name: /^NinjaOne to Halo/ }).click();
  await page.getByRole('heading', { name: 'NinjaOne to Halo' }).waitFor();
}

/** From the form of the template to a client that works, and back. */
async function connect({ page, field }: Window, label: string, fill: () => Promise<void>): Promise<void> {
  const option = page.locator('.mantine-Select-root', { has: field(label) });
  await option.getByRole('link', { name: 'Connect one' }).click();
  await fill();
  await page.getByRole('button', { name: 'Save and test' }).click();
  await page.getByText('Everything works').waitFor();
  await page.getByRole('button', { name: 'Back to the template' }).click();
  await page.getByRole('heading', { name: 'NinjaOne to Halo' }).waitFor();
}

async function fillNinja({ page, field }: Window, { url }: StartedSystem): Promise<void> {
  await page.getByText('Client ID and secret').click();
  await field('Name').fill('NinjaOne');
  await field('Region').click();
  await page.getByRole('option', { name: /^Europe/ }).click();
  await field('Address').fill(url);
  await field('Client ID').fill('made-up');
  await field('Client secret').fill('made-up');
}

async function fillHalo({ field }: Window): Promise<void> {
  await field('Name').fill('Halo');
  await field('Base URI').fill(browser.app.halo.url);
  await field('Client ID').fill(browser.app.halo.clientId);
  await field('Client secret').fill(CANARY);
}

async function fillOptions({ page, field, choose }: Window): Promise<void> {
  expect(await field('Client of NinjaOne').inputValue()).toBe('NinjaOne');
  expect(await field('Client of Halo').inputValue()).toBe('Halo');
  await choose('Default type', 'work', /^Workstation/);
  await page.getByText(/more options/).click();
  const types = page.getByRole('group', { name: 'Types, row 1' });
  await page.getByRole('button', { name: 'Add a row to Types', exact: true }).click();
  await types.getByLabel('From').fill('WINDOWS_SERVER');
  await types.getByLabel('To').fill('129');
}

async function lookAtPlan({ page, findings }: Window): Promise<void> {
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('route ninjaone-devices').first().waitFor();
  await page.getByRole('button', { name: 'Show the plan' }).first().click();
  await page
    .getByText(`${CUSTOMERS - 1} update, 1 fail`)
    .or(page.getByText(/1 fail/))
    .first()
    .waitFor();
  expect(await findings()).toEqual([]);
  expect(browser.app.halo.store.rows('asset').some(({ ninjarmm_id }) => Number(ninjarmm_id) > 0)).toBe(false);
}

/** One customer is not in Halo: its row is shown, made there by hand, and tried again. */
async function applyAndRun(window: Window): Promise<void> {
  const { page, findings } = window;
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('button', { name: 'Run Customers' }).click();
  await page.getByRole('link', { name: 'Why 1 failed' }).waitFor();
  const client = {
    id: 700 + CUSTOMERS,
    name: `Customer ${CUSTOMERS}`,
    toplevel_id: 1,
    inactive: false,
    customfields: [],
  };
  browser.app.halo.store.put('client', client, Date.now());
  await tryAgain(window);
  await page.getByRole('button', { name: 'Run Sites' }).click();
  await page.getByText(`, ${CUSTOMERS} finished.`).nth(1).waitFor();
  await page.getByRole('button', { name: 'Run Devices' }).click();
  await page.getByText(`, ${DEVICES} finished.`).waitFor();
  expect(await findings()).toEqual([]);
  if (PICTURES !== undefined) await picture(page, 'ninjaone-done');
  const servers = browser.app.halo.store.rows('asset').filter(({ assettype_id }) => assettype_id === 129);
  expect(servers.some(({ inventory_number }) => plainText(inventory_number ?? '').startsWith('PC-'))).toBe(true);
}

/** As people do: once more where the answer of before was still remembered. */
async function tryAgain({ page }: Window): Promise<void> {
  const done = page.getByText(`, ${CUSTOMERS} finished.`);
  for (let left = 5; left > 0 && !(await done.isVisible()); left -= 1) {
    await page.getByRole('button', { name: 'Try again' }).or(done).first().click();
    await done.waitFor({ timeout: 10_000 }).catch(() => undefined);
  }
  await done.waitFor();
}

async function picture(page: Window['page'], name: string): Promise<void> {
  const png = await page.screenshot({ animations: 'disabled' });
  writeFileSync(`${PICTURES ?? ''}/${name}.png`, toPalettePng(png));
}
