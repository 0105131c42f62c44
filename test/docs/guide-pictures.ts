import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserTest, Window } from '../dashboard/with-browser.ts';
import { toPalettePng } from '../support/palette-png.ts';
import type { Page } from './pages.ts';

const SIZE = { width: 1120, height: 1000 };
/** Longer pages are cut: a picture shows how it looks, not all of it. */
const TALLEST = 1250;

interface Shot {
  readonly line: RegExp;
  readonly when: 'before' | 'after';
  /** Name of the picture without its ending; the first group of the line unless given. */
  readonly name?: string;
  readonly open: (window: Window, found: RegExpExecArray) => Promise<void>;
}

/** Pictures that stand beside a command: what it is about to do, or what it did. */
const SHOTS: readonly Shot[] = [
  { line: /^npx sluice template apply (\S+)(.*)$/, when: 'before', open: openTemplate },
  { line: /^npx sluice plan (\S+)/, when: 'before', open: openPlan },
  { line: /^npx sluice sheet (\S+) .*--plan$/, when: 'before', name: 'bulk-update', open: openSheet },
  { line: /^npx sluice webhook (\S+)/, when: 'after', name: 'webhook', open: openIncoming },
];

/** Takes the pictures that a page shows beside a command. */
export async function takePictures(
  browser: BrowserTest,
  line: string,
  { when, page: { text }, folder }: { readonly when: Shot['when']; readonly page: Page; readonly folder: string },
): Promise<void> {
  for (const shot of SHOTS) {
    const found = shot.line.exec(line);
    const name = shot.name ?? found?.[1] ?? '';
    if (!found || shot.when !== when || !text.includes(`images/${name}.png`)) continue;
    const window = await browser.open(SIZE);
    await shot.open(window, found);
    await savePicture(window.page, path.join(folder, `${name}.png`));
    if (window.complaints.length > 0) throw new Error(window.complaints.join('\n'));
    await window.close();
  }
}

/** The form of a template as the command fills it, with what it would make and the plan of its first flow. */
async function openTemplate({ page, go }: Window, [, name = '', rest = '']: RegExpExecArray): Promise<void> {
  const given = [...rest.matchAll(/--set (?:'([^']*)'|(\S+))/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const options = given.map((text): [string, string] => [
    text.slice(0, text.indexOf('=')),
    text.slice(text.indexOf('=') + 1),
  ]);
  await go(`/templates/${name}?${new URLSearchParams(options).toString()}`);
  const unfolded = page.locator('details.more[open] > summary');
  if ((await unfolded.count()) > 0) await unfolded.click();
  await page.getByRole('button', { name: 'Preview' }).click();
  await showPlan(page);
  await page.evaluate('window.scrollTo(0, 0)');
}

async function openPlan({ page, go }: Window, [, route = '']: RegExpExecArray): Promise<void> {
  await go(`/routes/${route}`);
  await showPlan(page);
  await page.locator('.panel', { hasText: 'Show the plan' }).evaluate('(panel) => panel.scrollIntoView()');
}

async function showPlan(page: Window['page']): Promise<void> {
  await page.getByRole('button', { name: 'Show the plan' }).first().click();
  await page.locator('.panel', { hasText: 'Show the plan' }).locator('[role=status]').first().waitFor();
  await page
    .getByText(/[0-9]+ (create|update|unchanged|skip)/)
    .first()
    .waitFor();
}

async function openSheet({ page, go, choose }: Window, [, name = '']: RegExpExecArray): Promise<void> {
  await go('/sheets?client=halo&entity=tickets');
  const buffer = readFileSync(name);
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer });
  await choose('Field of the column Room', 'CFroom', /CFroom/);
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await page
    .getByText(/\b[0-9]+ update/)
    .first()
    .waitFor();
}

async function openIncoming({ page, go }: Window, [, incoming = '']: RegExpExecArray): Promise<void> {
  await go(`/incomings/${incoming}`);
  await page.getByText('/hooks/').first().waitFor();
}

/** The page from where it stands, cut where it is too long, with as few bytes as it takes. */
async function savePicture(page: Window['page'], file: string): Promise<void> {
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ width: SIZE.width, height: Math.min(height, TALLEST) });
  writeFileSync(file, toPalettePng(await page.screenshot({ animations: 'disabled' })));
}
