/* global document, WheelEvent */
// A recorded run of ten million points in a browser: until its curve is painted, and until a zoom is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { browserArguments, ensureBrowser } from '../scripts/lib/browser.mjs';
import { run } from '../scripts/lib/exec.mjs';
import { root } from '../scripts/lib/paths.mjs';
import { bundle } from './lib/bundle.mjs';
import { watchCurves } from './lib/watchCurves.mjs';
import { fixed, median, printTable, thousands } from './lib/table.mjs';

const points = 10_000_000;
/** What a page that gets every point is measured with: a tenth. */
const naivePoints = 1_000_000;
const rounds = 5;
const zooms = 6;

async function makeRun(node, folder) {
  const script = await bundle('lib/makeLongRun.ts');
  const { output } = await run(node, [
    '--disable-warning=ExperimentalWarning',
    script,
    folder,
    String(points),
  ]);
  return output.trim().split('\n').at(-1);
}

async function servePanel(directory) {
  const script = path.join(root, 'scripts/panel.mjs');
  const child = spawn(process.execPath, [script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const [address] = await once(child.stdout, 'data');
  return { address: String(address).trim(), stop: () => process.kill(-child.pid) };
}

/** What one would write first: all points as JSON, all of them given to chart.js. */
async function serveNaive() {
  const data = Array.from({ length: naivePoints }, (_, x) => ({ x, y: 2 + Math.sin(x / 997) }));
  const chart = await readFile(path.join(root, 'node_modules/chart.js/dist/chart.umd.js'));
  const page = `<canvas id="c" width="1200" height="400"></canvas><script src="chart.js"></script><script>
    fetch('data').then((answer) => answer.json()).then((data) => new Chart('c', { type: 'line', data: { datasets: [{ data,
      pointRadius: 0 }] }, options: { animation: false, responsive: false, scales: { x: { type: 'linear' } } } }));</script>`;
  const pages = { '/': page, '/chart.js': chart, '/data': JSON.stringify(data) };
  const server = createServer((request, response) => {
    response.setHeader('content-type', request.url === '/' ? 'text/html' : 'application/javascript');
    response.end(pages[request.url] ?? '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { address: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}

async function open(browser, address) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.addInitScript(watchCurves);
  await page.goto(address);
  await page.waitForFunction(() => globalThis.curves.length > 0, undefined, {
    timeout: 120_000,
    polling: 50,
  });
  const first = await page.evaluate(() => globalThis.curves[0]);
  return { page, first };
}

/** From the wheel to the last curve that it caused; nothing else moves in a finished run. */
async function zoom(page) {
  await sleep(500);
  await page.evaluate(() => {
    const plot = document.querySelector('canvas');
    const { left, top, width, height } = plot.getBoundingClientRect();
    const at = { clientX: left + width * (0.3 + 0.4 * Math.random()), clientY: top + height / 2 };
    globalThis.curves.length = 0;
    globalThis.wheeled = performance.now();
    const wheel = new WheelEvent('wheel', {
      ...at,
      deltaY: -300,
      ctrlKey: true,
      bubbles: true,
      cancelable: true,
    });
    document.elementFromPoint(at.clientX, at.clientY).dispatchEvent(wheel);
  });
  await sleep(700);
  return page.evaluate(() => globalThis.curves.at(-1) - globalThis.wheeled);
}

async function measurePage(browser, address) {
  const firsts = [];
  const zoomed = [];
  for (let round = 0; round <= rounds; round++) {
    const { page, first } = await open(browser, address);
    if (round > 0) firsts.push(first);
    for (let i = 0; i < zooms && round === rounds; i++) zoomed.push(await zoom(page));
    await page.close();
  }
  return { first: median(firsts), zoom: median(zoomed.filter(Number.isFinite)) };
}

async function measureBoth(browser, panel, naive) {
  const ours = await measurePage(browser, panel.address);
  const { page, first: theirs } = await open(browser, naive.address);
  await page.close();
  return { ours, theirs };
}

export async function measure(node) {
  const { chromium } = await import('playwright-core');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'td-paint-'));
  const panel = await servePanel(await makeRun(node, folder));
  const naive = await serveNaive();
  const browser = await chromium.launch({ executablePath: await ensureBrowser(), args: browserArguments });
  try {
    const { ours, theirs } = await measureBoth(browser, panel, naive);
    printTable(
      `In Chromium, median of ${rounds}: milliseconds from opening the page to the painted curve`,
      ['', 'points', 'ms', 'ratio'],
      [
        ['panel, first paint', thousands(points), fixed(ours.first, 0), '1.0'],
        ['panel, a zoom by the wheel', thousands(points), fixed(ours.zoom, 0), ''],
        [
          'every point as JSON to chart.js',
          thousands(naivePoints),
          fixed(theirs, 0),
          fixed(theirs / ours.first, 1),
        ],
      ],
    );
  } finally {
    await browser.close();
    panel.stop();
    naive.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
