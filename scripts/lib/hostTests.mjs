// Runs the tests of test/host inside a real extension host: the embedded workbench, driven by a browser.
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { browserArguments, ensureBrowser } from './browser.mjs';
import { guard } from './guard.mjs';
import { SetupError } from './log.mjs';
import { ensureNode } from './node24.mjs';
import { root } from './paths.mjs';
import { stopRuns } from './stopRuns.mjs';
import { ensureWorkbench } from './workbench/install.mjs';
import { startWorkbench } from './workbench/serve.mjs';

const sources = path.join(root, 'test', 'host');
const bundles = path.join(root, 'dist-test', 'host'); // VS Code wants the tests inside the extension's folder
const patienceMs = 8 * 60_000;

async function bundleTests() {
  const esbuild = await import('esbuild');
  await rm(bundles, { recursive: true, force: true });
  const files = (await readdir(sources)).filter((name) => name === 'index.ts' || name.endsWith('.test.ts'));
  await esbuild.build({
    entryPoints: files.map((name) => path.join(sources, name)),
    outdir: bundles,
    bundle: true,
    platform: 'node',
    target: 'node22.15',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

async function makeWorkspace(base) {
  const folder = path.join(base, 'workspace');
  const example = path.join(root, 'examples', 'pytorch');
  if (existsSync(example)) await cp(example, folder, { recursive: true });
  return folder;
}

function address(server, workspace) {
  const remote = (folder) => `vscode-remote://127.0.0.1:${server.port}${folder}`;
  const payload = [
    ['extensionDevelopmentPath', remote(root)],
    ['extensionTestsPath', remote(path.join(bundles, 'index.js'))],
    ['skipWelcome', 'true'],
  ];
  return `${server.url(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/** Opens the page and waits until the host says that its tests are over. */
async function drive(page, url, say) {
  const over = new Promise((resolve) => page.exposeFunction('codeAutomationExit', resolve));
  await page.exposeFunction('codeAutomationLog', (type, args) => say(type, args));
  await page.goto(url);
  const patience = new AbortController();
  const late = sleep(patienceMs, 'late', patience).catch(() => undefined);
  const outcome = await Promise.race([over, late]);
  patience.abort();
  if (outcome !== 'late') return;
  throw new SetupError('The tests in the extension host did not end.', 'See the log above.');
}

/**
 * @param {string} results file that mocha's JSON report goes to
 * @param {(type: string, args: unknown[]) => void} say hears the console of the extension host
 */
export async function runHostTests(results, say = () => undefined) {
  await bundleTests();
  const { chromium } = await import('playwright-core');
  const base = await mkdtemp(path.join(os.tmpdir(), 'td-host-'));
  const workspace = await makeWorkspace(base);
  const server = await startWorkbench({
    home: await ensureWorkbench(),
    node: await ensureNode(),
    data: path.join(base, 'server'),
    extension: path.join(sources, 'pythonExtension'),
    builtins: [],
    driver: true,
    env: { TD_HOST_RESULTS: results },
  });
  const guarded = guard(base, server.pid);
  const browser = await chromium.launch({ executablePath: await ensureBrowser(), args: browserArguments });
  try {
    await drive(await browser.newPage(), address(server, workspace), say);
  } finally {
    await Promise.allSettled([browser.close(), server.stop()]);
    await stopRuns(workspace);
    await rm(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    guarded();
  }
}
