import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { type TestApp, withApp } from '../server/with-app.ts';

const TOKEN = 'token-of-the-administrator';
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Long, because machines that run tests are busy; nothing waits for it that is there sooner. */
const WAIT_MS = 180_000;

/**
 * What passes is not described, and nothing is read ahead: rules that need it are about media, which there is none of,
 * and about the orientation of screens, which is not asked by default. Both take a third of the time.
 */
const AXE = JSON.stringify({ resultTypes: ['violations'], preload: false });

/** The dashboard in a real browser, over a real server with a sandbox Halo. */
export interface BrowserTest {
  readonly app: TestApp;
  readonly url: string;
  /** Opens a window; one that is signed in unless said otherwise. What its console says is kept. */
  readonly open: (options?: OpenOptions) => Promise<Window>;
}

interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly isSignedIn?: boolean;
  readonly scheme?: 'light' | 'dark';
}

/** One window of the browser. */
export interface Window {
  readonly page: Page;
  /** Errors and warnings of the console, and faults of the page. */
  readonly complaints: string[];
  readonly go: (address: string) => Promise<void>;
  /** Goes to an address as a link of the dashboard does, without loading it anew. */
  readonly follow: (address: string) => Promise<void>;
  /** A field by its label. */
  readonly field: (label: string) => Locator;
  /** Opens a list to choose from, types what is searched, and takes the option. */
  readonly choose: (label: string, search: string, option: string | RegExp) => Promise<void>;
  /** Serious and critical findings of axe, as lines. */
  readonly findings: () => Promise<string[]>;
  readonly close: () => Promise<void>;
}

/** Builds the dashboard, opens the platform and a browser for the tests of a file, and always closes them. */
export function withBrowser(): BrowserTest {
  const app = withApp();
  const contexts: BrowserContext[] = [];
  let browser: Browser | undefined;
  beforeAll(async () => {
    const built = spawnSync(process.execPath, ['dist/app/build-dashboard.js'], { stdio: 'inherit' });
    expect(built.status).toBe(0);
    browser = await chromium.launch({ executablePath: findChromium(), args: ARGS });
  });
  afterAll(async () => {
    for (const context of contexts) await context.close();
    await browser?.close();
  });
  const urlOf = (): string => `http://127.0.0.1:${(app.app.server.address() as AddressInfo).port}`;
  return {
    app,
    get url() {
      return urlOf();
    },
    async open({ width = 1440, height = 900, isSignedIn = true, scheme = 'light' } = {}) {
      if (!browser) throw new Error('The browser is there only while tests run');
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: scheme,
        reducedMotion: 'reduce',
      });
      contexts.push(context);
      context.setDefaultTimeout(WAIT_MS);
      context.setDefaultNavigationTimeout(WAIT_MS);
      if (isSignedIn) await context.addInitScript(`sessionStorage.setItem('sluice-token', '${TOKEN}')`);
      return openWindow(context, urlOf());
    },
  };
}

async function openWindow(context: BrowserContext, url: string): Promise<Window> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  const field = (label: string): Locator => {
    const name = label.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return page.locator('input').and(page.getByLabel(new RegExp(`^${name}( \\*)?$`)));
  };
  return {
    page,
    complaints,
    field,
    async go(address) {
      await page.goto(`${url}${address}`);
      await settled(page);
    },
    async follow(address) {
      await page.evaluate(`__TSR_ROUTER__.navigate({ href: ${JSON.stringify(address)} })`);
      await settled(page);
    },
    async choose(label, search, option) {
      await field(label).click();
      await field(label).fill(search);
      await page.getByRole('option', { name: option }).first().click();
    },
    async findings() {
      if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(axe.source);
      return page.evaluate(`axe.run(${AXE}).then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`);
    },
    close: () => context.close(),
  };
}

/** What is on its way: what is being read, and cards of a canvas that are not measured, which nobody sees yet. */
const PENDING = '[aria-busy], [role=status] .mantine-Loader-root, .react-flow__node[style*="visibility: hidden"]';

/** Waits until the page shows what it is about and nothing of it is on its way. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.locator(PENDING).first().waitFor({ state: 'detached' });
}

/** @throws Error when no browser is installed; these tests mean nothing without one. */
function findChromium(): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const places = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) =>
    folders.map((folder) => path.join(folder, name)),
  );
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error('No Chromium in the PATH: install the package "chromium"');
  return found;
}
