/** The page in a real Chromium: what it draws. */
import { describe, expect, it } from 'vitest';
import { chart, curve, drawn, eventually, panelBrowser } from './support/pageChecks.js';
import { classifierRun } from './support/syntheticRun.js';

const open = panelBrowser();

describe('a run in the panel', () => {
  it('draws falling loss, and says in tiles and header how the run is', async () => {
    const { page } = await open(classifierRun(2000));
    const columns = (await drawn(page, 'Loss')).filter((top): top is number => top !== null);
    expect(columns.at(-1)!).toBeGreaterThan(columns[0]! + 80);
    await page.getByRole('heading', { level: 1, name: 'digits: train.py' }).waitFor();
    const text = (await page.locator('main').innerText()).replace(/\s+/g, ' ');
    for (const words of [
      'Running',
      'PyTorch 2.9.0 · cpu',
      '2,000 / 3,000',
      '21 / 30',
      '1,280 samples/s',
      'best 0.1987',
      '66 %',
    ]) {
      expect(text).toContain(words);
    }
    expect(text).toContain('install a CUDA build to use the GPU');
  });

  it('grows while one looks', async () => {
    const run = classifierRun(400);
    const { page } = await open(run);
    await drawn(page, 'Loss');
    const value = chart(page, 'Loss').locator('.legend .value').first();
    run.grow(
      'loss',
      Array.from({ length: 200 }, () => 0.125),
    );
    await eventually(async () => expect(await value.innerText()).toBe('0.125'));
    expect(await page.locator('.tile .big').first().innerText()).toMatch(/^600\s+\/ 600$/);
  });

  it('leaves a gap where the loss was NaN, marks it, and counts it', async () => {
    const { page } = await open(classifierRun(2000, { from: 1000, to: 1200 }), { view: { smoothing: 0 } });
    const columns = await drawn(page, 'Loss');
    const [left, right] = [
      columns.findIndex((top) => top !== null),
      columns.findLastIndex((top) => top !== null),
    ];
    const middle = columns.slice(left + (right - left) * 0.52, left + (right - left) * 0.58);
    expect(middle.filter((top) => top !== null)).toEqual([]);
    const marked = await curve(page, 'Loss', '#f14c4c');
    expect(marked.filter((top) => top !== null).length).toBeGreaterThan((right - left) * 0.08);
    expect(await chart(page, 'Loss').locator('.gaps').first().innerText()).toBe('200 not finite');
  });

  it('waits in words before the first step', async () => {
    const run = classifierRun(0);
    run.points.clear();
    run.snapshot.series = [];
    run.snapshot.findings = [];
    const { page } = await open(run);
    await page.getByText('Waiting for the first optimizer step…').waitFor();
    await page.getByText('Nothing found so far.').waitFor();
    run.grow('loss', [2, 1.5, 1]);
    await page.getByText('Waiting for the first optimizer step…').waitFor({ state: 'hidden' });
  });

  it('says so when a run ended before its first step', async () => {
    const run = classifierRun(0);
    run.points.clear();
    run.snapshot.series = [];
    run.snapshot.findings = [];
    run.snapshot.summary.status = 'failed';
    const { page } = await open(run);
    await page.getByText('No optimizer step was recorded.').waitFor();
    await page.getByText('Nothing found.').waitFor();
  });

  it('asks for at most as many buckets as there are pixels, however long the run', async () => {
    const run = classifierRun(0);
    const long = Array.from({ length: 300_000 }, (_none, step) => step);
    run.points.set('loss', { steps: long, values: long.map((step) => (step === 123_456 ? 50 : 1)) });
    run.grow('loss', [1]);
    const { page } = await open(run);
    const columns = await drawn(page, 'Loss');
    const widths = run.requests
      .filter(({ method }) => method === 'frames')
      .map(({ params }) => (params as { width: number }).width);
    expect(Math.max(...widths)).toBeLessThanOrEqual(1200);
    const spike = columns.filter((top): top is number => top !== null);
    expect(Math.max(...spike)).toBeGreaterThan(150);
    expect(await chart(page, 'Loss').locator('canvas').getAttribute('aria-label')).toContain('Loss');
  });

  it('asks for nothing that is out of sight', async () => {
    const run = classifierRun(500);
    const { page } = await open(run, { height: 500 });
    await drawn(page, 'Loss');
    const asked = () =>
      new Set(run.requests.flatMap(({ params }) => (params as { series?: string[] }).series ?? []));
    expect(asked().has('memory/process')).toBe(false);
    await chart(page, 'Memory').scrollIntoViewIfNeeded();
    await drawn(page, 'Memory');
    expect(asked().has('memory/process')).toBe(true);
  });
});
