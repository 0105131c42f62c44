import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type StartedSystem, SYSTEMS } from '../../sandbox/systems.ts';
import { withBrowser } from '../dashboard/with-browser.ts';
import { withApp } from '../server/with-app.ts';
import { filesOf, hasSteps, runLine, stepsOf } from './guide-commands.ts';
import { takePictures } from './guide-pictures.ts';
import { type Page, readPages, ROOT } from './pages.ts';

const FOLDER = process.env['SLUICE_TEST_PICTURES'];
/** Folder that gets the pictures of the guides; without it none are taken, and no browser is started. */
const PICTURES = FOLDER === undefined ? undefined : path.resolve(FOLDER);
const browser = PICTURES === undefined ? undefined : withBrowser();
const app = browser?.app ?? withApp();

/** Largest picture, in bytes: they come along with every copy of the repository. */
const LARGEST = 100_000;
const PAGES = readPages();
const GUIDES = PAGES.filter(({ file }) => file.startsWith('docs/guides/'));
/** Pages besides the guides that show commands from the beginning to the end. */
const OTHERS = ['docs/actions.md', 'docs/bulk-update.md', 'docs/templates.md', 'docs/webhooks.md'];
/** The guides of devices come first: others go on from what they make, and a picture shows a plan that is new. */
const TRIED = [
  ...GUIDES.toSorted((a, b) => Number(b.file.endsWith('-to-halo.md')) - Number(a.file.endsWith('-to-halo.md'))),
  ...PAGES.filter(({ file }) => OTHERS.includes(file)),
  firstIntegration(),
];
const TEMPLATES = readdirSync(path.join(ROOT, 'templates')).filter((name) =>
  existsSync(path.join(ROOT, 'templates', name, 'template.json')),
);

const before = { folder: process.cwd(), environment: { ...process.env } };
let folder: string;
/** Started once, because the platform remembers what it sent to them. */
const systems = new Map<string, StartedSystem>();

beforeAll(() => {
  const { port } = app.app.server.address() as { port: number };
  process.env['SLUICE_URL'] = `http://127.0.0.1:${port}`;
  process.env['SLUICE_TOKEN'] = 'token-of-the-administrator';
  process.env['TOKEN'] = 'token-of-the-administrator';
});

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-guide-'));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(before.folder);
  rmSync(folder, { recursive: true, force: true });
});

afterAll(async () => {
  process.env = before.environment;
  for (const system of systems.values()) await system.close();
});

/** What the README promises in five minutes. */
function firstIntegration(): Page {
  const text = PAGES.find(({ file }) => file === 'README.md')?.text ?? '';
  const [, section = ''] = /^## The first integration.*?\n([^]*?)^## /m.exec(text) ?? [];
  return { file: 'README.md', text: section };
}

/** The made-up systems that a page names: `npm run sandbox -- halo jira`. */
function systemsOf({ text }: Page): readonly string[] {
  const [, names] = /^(?:.*`)?npm run sandbox -- ([a-z -]+)/m.exec(text) ?? [];
  return names?.split(' ') ?? [];
}

/** What `npm run sandbox` does, on the platform of this file. */
async function startSandbox(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const system = systems.get(name) ?? (await SYSTEMS.get(name)?.(name));
    if (!system) throw new Error(`There is no made-up system "${name}"`);
    systems.set(name, system);
    await app.apply(system.client);
  }
  mkdirSync('sandbox-data');
  writeFileSync('sandbox-data/clients.json', JSON.stringify([...systems.values()].map(({ client }) => client)));
}

async function whatFailed(): Promise<string> {
  const { body } = await app.get('/api/v1/tasks?state=failed&limit=3');
  return JSON.stringify((body['items'] as { key: string; error?: object }[]).map(({ key, error }) => ({ key, error })));
}

async function picture(line: string, page: Page, when: 'before' | 'after'): Promise<void> {
  if (browser && PICTURES !== undefined) await takePictures(browser, line, { when, page, folder: PICTURES });
}

/** Runs of this file are counted over all guides. */
function plain(text: string): string {
  return text.replaceAll(/\bRun \d+/g, 'Run 1').replaceAll(/\s+/g, ' ');
}

test.each(TRIED.filter(hasSteps).map((page) => [page.file, page] as const))(
  'everything in %s works as it is written',
  async (_, page) => {
    for (const { name, body } of filesOf(page)) writeFileSync(name, body);
    await startSandbox(systemsOf(page));
    for (const { line, says } of stepsOf(page)) {
      await picture(line, page, 'before');
      const printed = await runLine(line);
      if (printed.code !== 0) throw new Error(`${line}\n${printed.out}${printed.err}\n${await whatFailed()}`);
      await picture(line, page, 'after');
      for (const each of says) expect(plain(printed.out)).toContain(plain(each));
    }
  },
);

test.each(TEMPLATES)('%s has a guide that applies it and shows it', (name) => {
  const manifest = readFileSync(path.join(ROOT, 'templates', name, 'template.json'), 'utf8');
  const { guide } = JSON.parse(manifest) as { guide?: string };
  const page = GUIDES.find(({ file }) => file === guide);
  expect({ guide, found: page !== undefined }).toMatchObject({ found: true });
  expect(page?.text).toContain(`npx sluice template apply ${name} `);
  expect(page?.text).toContain(`(../images/${name}.png)`);
  expect(page?.text).toContain('npm run sandbox -- ');
});

test('every picture is shown somewhere, is there, and is small', () => {
  const shown = new Set(
    PAGES.flatMap(({ text }) =>
      [...text.matchAll(/\(([\w./-]*images\/[\w-]+\.png)\)/g)].map(([, name = '']) => path.basename(name)),
    ),
  );
  const there = readdirSync(path.join(ROOT, 'docs/images'));
  expect([...shown].sort()).toEqual(there.sort());
  const sizes = there.map((name) => [name, statSync(path.join(ROOT, 'docs/images', name)).size] as const);
  expect(sizes.filter(([, size]) => size > LARGEST)).toEqual([]);
});
