import { expect, test } from '@jest/globals';
import { startNinjaOne } from '../../sandbox/rmm/ninjaone.ts';
import { makeWorld } from '../../sandbox/rmm/world.ts';
import { haloClient } from '../server/with-app.ts';
import { withBrowser } from './with-browser.ts';

const browser = withBrowser();
/** A folder for pictures of the guide; none are taken without. */
const PICTURES = process.env['SLUICE_TEST_PICTURES'];

test('a template from the gallery to the plan and the routes that it makes', async () => {
  const sizes = { devices: 10, placeholders: 0, sharedMacs: 0, moved: 0, removed: 0 };
  const ninja = await startNinjaOne(makeWorld(sizes));
  const parameters = { region: 'eu', baseUri: ninja.url, clientId: 'made-up', clientSecret: 'made-up' };
  try {
    await browser.app.apply(haloClient(browser.app, 'halo', { clientSecret: browser.app.halo.clientSecret }), {
      kind: 'client',
      identifier: 'ninja',
      spec: { connector: 'ninjaone', authentication: 'client-credentials', parameters },
    });
    const { page, go, field, choose, complaints, findings, close } = await browser.open();
    const picture = async (name: string): Promise<void> => {
      if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png`, animations: 'disabled' });
    };
    await go('/templates');
    await picture('templates');
    await page.getByRole('link', { name: /^NinjaOne to Halo/ }).click();
    await choose('Client of NinjaOne', 'ninja', 'ninja');
    await choose('Client of Halo', 'halo', 'halo');
    await field('Customers').click();
    await page.getByRole('option', { name: 'create' }).click();
    await field('Default type').fill('1');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('route ninjaone-devices').first().waitFor();
    await page.getByRole('button', { name: 'Show the plan' }).first().click();
    await page.getByText('5 create').waitFor();
    expect(await findings()).toEqual([]);
    await picture('template-plan');
    expect((await browser.app.get('/api/v1/documents?kind=route')).body['items']).toEqual([]);

    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('link', { name: 'Devices' }).click();
    await page
      .getByRole('heading', { name: /devices to Halo/ })
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
    await close();
  } finally {
    await ninja.close();
  }
}, 150_000);
