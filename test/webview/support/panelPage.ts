/** The page in a real Chromium, served as `npm run panel` serves it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import {
  servePanel,
  type BrowserServer,
  type BrowserServerOptions,
} from '../../../src/ui/panel/browserServer.js';
import type { PanelActions } from '../../../src/ui/panel/panelSession.js';
import type { RunClient } from '../../../src/protocol/runApi.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const CHROMIUM = process.env['TD_CHROMIUM'] ?? '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
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

/** What the page asked the host to do, in order. */
export interface Journal {
  openedSources: string[];
  openedRules: string[];
  reruns: number;
  pictures: { name: string; bytes: number }[];
  log: string[];
  csvFile: string | undefined;
}

export function journalActions(journal: Journal): PanelActions {
  return {
    rerun: async () => {
      journal.reruns++;
    },
    openSource: async (file, line) => void journal.openedSources.push(`${file}:${line}`),
    openRule: async (rule) => void journal.openedRules.push(rule),
    openConsole: async () => undefined,
    chooseCsvFile: async () => journal.csvFile,
    savePng: async (name, data) => void journal.pictures.push({ name, bytes: data.length }),
    viewChanged: () => undefined,
    log: (message) => void journal.log.push(message),
  };
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
  const journal: Journal = {
    openedSources: [],
    openedRules: [],
    reruns: 0,
    pictures: [],
    log: [],
    csvFile: undefined,
  };
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
