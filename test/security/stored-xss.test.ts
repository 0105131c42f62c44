import { beforeAll, expect, test } from '@jest/globals';
import { fill, PAGES, runToEnd } from '../dashboard/every-page.ts';
import { until } from '../support/with-platform.ts';
import { withBrowser } from '../dashboard/with-browser.ts';

/** What would run if anything took it for a page or a link of its own. */
const HOSTILE = `<img src=x onerror="window.ran='text'"><script>window.ran='script'</script>"'><svg onload="window.ran='svg'">`;
/** The same as the name of a field that steps make: their paths know dots and quotes. */
const FIELD = '<img src=x onerror=a>';
const LINK = `javascript:window.ran='link'//`;
const API = '/api/v1';
const browser = withBrowser();

interface Document {
  readonly kind: string;
  readonly identifier: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Hostile text in every field that takes text: of documents, of records, of what systems answer, of what people say. */
beforeAll(async () => {
  const { app } = browser;
  for (const { id } of app.halo.store.rows('tickets').slice(0, 40)) {
    app.halo.store.update('tickets', id as number, { summary: HOSTILE, details: LINK, [HOSTILE]: HOSTILE });
  }
  app.halo.faults.add({
    match: { method: 'POST', path: /supplier/i },
    effect: { kind: 'refuse', marker: 'onerror', message: HOSTILE },
  });
  await fill(app);
  const documents = (await app.get(`${API}/documents`)).body['items'] as Document[];
  await app.apply(
    ...documents.map((document) => ({ ...changed(document), name: HOSTILE.slice(0, 200), description: HOSTILE })),
  );
  await runToEnd(app, 'tickets', 'full');
  await app.send('PUT', `${API}/storages/sites/entries/${encodeURIComponent(HOSTILE)}`, { value: { [HOSTILE]: LINK } });
  await app.send('PUT', `${API}/variables/HOSTILE`, { value: HOSTILE, isSecret: false, reason: HOSTILE });
  await app.post(`${API}/tokens`, { name: HOSTILE.slice(0, 100), role: 'viewer' });
  await app.post(`${API}/users`, { name: 'mallory', role: 'viewer', password: 'a good long password' });
  const login = { name: 'mallory', password: 'a good long password' };
  const signedIn = { token: '', headers: { 'user-agent': HOSTILE } };
  await app.send('POST', `${API}/sign-in`, login, signedIn);
  await app.send(
    'POST',
    '/hooks/events',
    { id: HOSTILE, [HOSTILE]: HOSTILE },
    { token: '', headers: { 'x-secret': HOSTILE } },
  );
  // Causes are found a moment after what failed.
  const causes = async (): Promise<{ id: string }[]> =>
    (await app.get(`${API}/errors`)).body['items'] as { id: string }[];
  await until(async () => (await causes()).length > 0);
  const errors = await causes();
  for (const { id } of errors) await app.post(`${API}/errors/${id}/resolve`, { reason: HOSTILE });
  for (const { id } of errors) await app.post(`${API}/errors/${id}/reopen`, { reason: HOSTILE });
  await app.post(`${API}/notifications/chat/test`, {});
  const [first] = documents;
  await app.send('PUT', `${API}/documents/value-map/status/draft`, { ...first, ...draft(documents) });
});

/** The same document with hostile text inside its spec, where that takes some. */
function changed(document: Document): Document {
  const { kind, identifier, spec } = document;
  if (kind === 'route' && identifier === 'tickets-to-suppliers') {
    const transformers = [
      { type: 'fail', message: HOSTILE, when: { field: 'id', lessThan: 20011 } },
      { type: 'set', fields: { status_id: HOSTILE } },
      { type: 'value-map', field: 'status_id', map: 'status' },
      { type: 'map', fields: { name: '&{summary}', [FIELD]: HOSTILE } },
    ];
    return { ...document, spec: { ...spec, transformers } };
  }
  if (kind === 'value-map')
    return {
      ...document,
      spec: {
        rows: [
          [HOSTILE.toUpperCase(), HOSTILE],
          [1, LINK],
        ],
        noMatch: 'keep',
      },
    };
  if (kind === 'transformer') {
    const tests = [{ name: HOSTILE, input: { [HOSTILE]: LINK }, expected: [{ name: HOSTILE }] }];
    return { ...document, spec: { transformers: [{ type: 'map', fields: { name: HOSTILE } }], tests } };
  }
  return document;
}

function draft(documents: readonly Document[]): object {
  const map = documents.find(({ kind }) => kind === 'value-map');
  return { ...map, name: HOSTILE.slice(0, 200), description: LINK };
}

/** What a page has made of hostile text; empty where it is only shown. */
const FINDINGS = `(() => {
  const made = document.querySelectorAll('img[src="x"], [onerror], [onload], a[href^="javascript" i], form[action^="javascript" i]');
  const inline = [...document.scripts].filter((script) => script.src === '' && script.textContent !== '');
  return [window.ran, ...made, ...inline].filter((each) => each !== undefined).map((each) => each.outerHTML ?? each);
})()`;

/** Opens what is folded, so that what is inside is drawn too. */
const UNFOLD = `document.querySelectorAll('details').forEach((each) => { each.open = true; })`;

test('text from anywhere is shown on every page as text: no script runs, no element or link is made of it', async () => {
  const { page, go, follow, complaints, close } = await browser.open();
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(page.url());
    void dialog.dismiss();
  });
  await go('/');
  const found: string[] = [];
  const shown: string[] = [];
  for (const address of [
    ...PAGES,
    '/tasks/41',
    '/tasks/130',
    '/versions/route/tickets-to-suppliers',
    '/clients/halo?tab=calls',
  ]) {
    await follow(address);
    await page.evaluate(UNFOLD);
    const findings = await page.evaluate<string[]>(FINDINGS);
    found.push(...findings.map((each) => `${address}: ${each}`));
    if (await page.evaluate<boolean>(`document.body.innerText.includes('onerror=')`)) shown.push(address);
  }
  expect(found).toEqual([]);
  expect(dialogs).toEqual([]);
  // What the policy refused would be said here.
  expect(complaints.filter((each) => /content security|refused/i.test(each))).toEqual([]);
  for (const address of [
    '/tasks/130',
    '/errors',
    '/storages/sites',
    '/value-maps/status',
    '/routes',
    '/variables',
    '/users',
  ]) {
    expect(shown).toContain(address);
  }
  expect(shown.length).toBeGreaterThan(20);
  await close();
});
