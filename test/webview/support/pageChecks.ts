/** A browser for the tests of a file, and eyes for what its page draws. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { buildAssets, launchBrowser, openPanel, type OpenedPanel, type OpenOptions } from './panelPage.js';
import type { SyntheticRun } from './syntheticRun.js';

// Generous, for machines that are busy with other things: nothing here is about speed.
const PATIENCE = { timeout: 20_000, interval: 50 };

/** Until it no longer throws. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, PATIENCE);
}

/** Opens a run in the panel. After each test the page must have had no errors, and nothing to complain of. */
export function panelBrowser(): (run: SyntheticRun, options?: OpenOptions) => Promise<OpenedPanel> {
  let browser: Browser;
  let assets: Record<string, string>;
  let opened: OpenedPanel | null = null;
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
  beforeAll(async () => {
    [browser, assets] = await Promise.all([launchBrowser(), buildAssets()]);
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const { problems = [], journal } = opened ?? {};
    await opened?.close();
    opened = null;
    expect(problems).toEqual([]);
    expect(journal?.log ?? []).toEqual([]);
  });
  return async (run, options = {}) => (opened = await openPanel(browser, run, assets, options));
}

export const chart = (page: Page, title: string) =>
  page.locator('.chart', { has: page.getByRole('heading', { name: title, exact: true }) });

/** Pixels of the canvas that are near a colour, by column: how high the curve of that colour is, from the top. */
export async function curve(page: Page, title: string, color: string): Promise<(number | null)[]> {
  const canvas = chart(page, title).locator('canvas');
  return canvas.evaluate((element, wanted) => {
    const { width, height } = element as HTMLCanvasElement;
    const data = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height).data;
    const channels = [1, 3, 5].map((at) => Number.parseInt(wanted.slice(at, at + 2), 16));
    const near = (at: number) =>
      data[at + 3]! > 200 && channels.every((value, index) => Math.abs(data[at + index]! - value) < 24);
    return Array.from({ length: width }, (_none, x) => {
      for (let y = 0; y < height; y++) if (near((y * width + x) * 4)) return y;
      return null;
    });
  }, color);
}

export async function lineColor(page: Page, index: number): Promise<string> {
  return page.evaluate(
    (n) => getComputedStyle(document.body).getPropertyValue(`--td-line-${n}`).trim(),
    index,
  );
}

export async function drawn(page: Page, title: string, line = 1): Promise<(number | null)[]> {
  const color = await lineColor(page, line);
  return eventually(async () => {
    const columns = await curve(page, title, color);
    if (columns.filter((top) => top !== null).length < 50) throw new Error(`${title} is not drawn`);
    return columns;
  });
}

/** The lowest and highest step written below a chart: what its frames were last asked for. */
export function lastRange(
  run: SyntheticRun,
  series: string,
): { from: number | undefined; to: number | undefined } {
  const asked = run.requests.flatMap(({ method, params }) => {
    const frames = params as { series?: string[]; from?: number; to?: number };
    return method === 'frames' && frames.series?.includes(series) ? [frames] : [];
  });
  return { from: asked.at(-1)?.from, to: asked.at(-1)?.to };
}

/** What keeps the page from being usable by everybody, as axe finds it. */
export async function violations(page: Page): Promise<string[]> {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: checker } = window as unknown as {
      axe: {
        run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const found = await checker.run();
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
    );
  });
}
