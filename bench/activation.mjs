// What the extension costs at start: the activation that a real workbench measures, beside an empty extension's.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { browserArguments, ensureBrowser } from '../scripts/lib/browser.mjs';
import { root } from '../scripts/lib/paths.mjs';
import { ensureWorkbench } from '../scripts/lib/workbench/install.mjs';
import { startWorkbench } from '../scripts/lib/workbench/serve.mjs';
import { fixed, median, printTable } from './lib/table.mjs';

const rounds = 5;
const names = { ours: 'Training Debugger', empty: 'Empty' };

/** An extension that does nothing, activated by the same event. */
async function writeEmptyExtension(extensions) {
  const folder = path.join(extensions, 'bench.empty-0.0.1');
  await mkdir(folder, { recursive: true });
  const manifest = {
    ...{ name: 'empty', displayName: names.empty, publisher: 'bench', version: '0.0.1', main: './main.js' },
    ...{ engines: { vscode: '^1.101.0' }, activationEvents: ['onStartupFinished'] },
  };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(path.join(folder, 'main.js'), 'exports.activate = () => undefined;');
}

/** The list of running extensions tells how long each took. @returns {Promise<Record<string, number>>} milliseconds */
async function activationTimes(page, url) {
  await page.goto(url);
  await page.locator('.activitybar').waitFor({ timeout: 60_000 });
  for (let attempt = 0; attempt < 20; attempt++) {
    await runCommand(page, 'Developer: Show Running Extensions');
    const times = await Promise.all(Object.values(names).map((name) => timeOf(page, name)));
    if (times.every(Number.isFinite))
      return Object.fromEntries(Object.keys(names).map((key, i) => [key, times[i]]));
  }
  throw new Error('The workbench did not list both extensions as running.');
}

/** NaN where the extension is not in the list yet. */
async function timeOf(page, name) {
  const row = page.locator('.runtime-extensions-editor .extension', {
    has: page.getByText(name, { exact: true }),
  });
  const [text = ''] = await row.locator('.activation-time').allInnerTexts();
  return Number(/(\d+)ms/.exec(text)?.[1]);
}

async function runCommand(page, title) {
  await page.keyboard.press('F1');
  await page.keyboard.type(title);
  await page.waitForTimeout(1000);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(1000);
}

/** A fresh server, so that nothing is warm but the disk. */
async function measureOnce(chromium, node, folder) {
  const data = path.join(folder, 'server');
  await writeEmptyExtension(path.join(data, 'ext'));
  const home = await ensureWorkbench();
  const server = await startWorkbench({ home, node, data, extension: root, small: true });
  const browser = await chromium.launch({ executablePath: await ensureBrowser(), args: browserArguments });
  try {
    const workspace = path.join(folder, 'workspace');
    await mkdir(workspace, { recursive: true });
    return await activationTimes(
      await browser.newPage({ viewport: { width: 1280, height: 1600 } }),
      server.url(workspace),
    );
  } finally {
    await browser.close();
    await server.stop();
  }
}

export async function measure(node) {
  const { chromium } = await import('playwright-core');
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'td-activation-'));
    times.push(await measureOnce(chromium, node, folder));
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  const [ours, empty] = ['ours', 'empty'].map((key) => median(times.map((time) => time[key])));
  printTable(
    `Activation as the workbench measures it, median of ${rounds} fresh starts`,
    ['extension', 'ms', 'above an empty one'],
    [
      [names.ours, fixed(ours, 0), fixed(ours - empty, 0)],
      ['an empty one', fixed(empty, 0), ''],
    ],
  );
}
