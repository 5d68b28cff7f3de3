/** The page in a real Chromium, served as `npm run panel` serves it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { browserArguments, ensureBrowser } from '../../../scripts/lib/browser.mjs';
import {
  servePanel,
  type BrowserServer,
  type BrowserServerOptions,
} from '../../../src/ui/panel/browserServer.js';
import type { RunClient } from '../../../src/protocol/runApi.js';
import { journalActions, newJournal, type Journal } from './journal.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureBrowser(), args: browserArguments });
}

/** Bundles the page as it is in the sources now, so that no stale build is tested. */
export async function buildAssets(): Promise<Record<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [path.join(ROOT, 'webview/main.ts')],
    outfile: path.join(ROOT, 'dist/webview/panel.js'),
    bundle: true,
    write: false,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
  });
  const themes = await readFile(path.join(ROOT, 'webview/standalone/themes.css'), 'utf8');
  const built = outputFiles.map((file) => [path.basename(file.path), file.text] as const);
  return Object.fromEntries<string>([...built, ['themes.css', themes]]);
}

export interface OpenedPanel {
  page: Page;
  journal: Journal;
  /** Console errors, uncaught errors and violations of the content security policy. */
  problems: string[];
  close(): Promise<void>;
}

export interface OpenOptions {
  theme?: 'dark' | 'light' | 'hc-black' | 'hc-light';
  width?: number;
  height?: number;
  settings?: Partial<BrowserServerOptions['settings']>;
  view?: Partial<BrowserServerOptions['view']>;
}

export async function openPanel(
  browser: Browser,
  client: RunClient,
  assets: Record<string, string>,
  { theme = 'dark', width = 1200, height = 900, settings = {}, view = {} }: OpenOptions = {},
): Promise<OpenedPanel> {
  const journal = newJournal();
  const server: BrowserServer = await servePanel({
    client,
    assets,
    actions: journalActions(journal),
    settings: { locale: 'en', translations: {}, controllable: true, ...settings },
    view: { x: 'step', logScale: false, smoothing: 0.6, rank: 0, ...view },
  });
  const page = await browser.newPage({ viewport: { width, height } });
  const problems: string[] = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(`${server.address}?theme=${theme}`);
  await page.waitForSelector('main');
  const close = async () => {
    await page.close();
    await server.close();
  };
  return { page, journal, problems, close };
}
