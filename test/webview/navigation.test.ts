/** Zoom, pan, axes and scales in a real Chromium, by pointer and by keyboard. */
import { describe, expect, it } from 'vitest';
import { chart, drawn, eventually, lastRange, panelBrowser } from './support/pageChecks.js';
import { classifierRun } from './support/syntheticRun.js';

const open = panelBrowser();

describe('zoom, pan and axes', () => {
  it('zooms all charts to what is swept, and back', async () => {
    const run = classifierRun(2000);
    const { page } = await open(run);
    await drawn(page, 'Loss');
    const box = (await chart(page, 'Loss').locator('.plot').boundingBox())!;
    const at = (share: number) => box.x + 58 + (box.width - 68) * share;
    await page.mouse.move(at(0.25), box.y + 100);
    await page.mouse.down();
    await page.mouse.move(at(0.5), box.y + 100, { steps: 4 });
    await page.mouse.up();
    await eventually(() => {
      for (const series of ['loss', 'accuracy']) {
        expect(lastRange(run, series).from).toBeCloseTo(500, -2);
        expect(lastRange(run, series).to).toBeCloseTo(1000, -2);
      }
    });
    await page.getByRole('button', { name: 'Show all' }).click();
    await eventually(() => expect(lastRange(run, 'loss')).toEqual({ from: undefined, to: undefined }));
  });

  it('zooms with Ctrl and wheel around the pointer, and scrolls with the wheel alone', async () => {
    const run = classifierRun(2000);
    const { page } = await open(run);
    await drawn(page, 'Loss');
    const box = (await chart(page, 'Loss').locator('.plot').boundingBox())!;
    await page.mouse.move(box.x + 58 + (box.width - 68) / 2, box.y + 100);
    await page.keyboard.down('Control');
    for (let turn = 0; turn < 4; turn++) await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await eventually(() => expect(lastRange(run, 'loss').from).toBeGreaterThan(510));
    const range = lastRange(run, 'loss');
    expect((range.from! + range.to!) / 2).toBeCloseTo(1000, -2);
    await page.mouse.wheel(0, 300);
    await eventually(async () => expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(100));
    expect(lastRange(run, 'loss')).toEqual(range);
  });

  it('is worked by the keyboard alone: to the plot, along its values, into it and out again', async () => {
    const run = classifierRun(1000);
    const { page } = await open(run, { view: { smoothing: 0 } });
    await drawn(page, 'Loss');
    const plot = chart(page, 'Loss').locator('.plot');
    for (let presses = 0; presses < 40; presses++) {
      if (await plot.evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    expect(await plot.evaluate((element) => element === document.activeElement)).toBe(true);
    const outline = await plot.evaluate((element) => getComputedStyle(element).outlineStyle);
    expect(outline).toBe('solid');
    for (let presses = 0; presses < 4; presses++) await page.keyboard.press('ArrowRight');
    const readout = chart(page, 'Loss').locator('.readout');
    await eventually(async () => expect(await readout.innerText()).toBe('step 3'));
    expect(await chart(page, 'Loss').locator('[aria-live]').innerText()).toContain('step 3: Training 2.');
    await page.keyboard.press('+');
    await eventually(() => expect(lastRange(run, 'loss').to).toBeLessThan(800));
    await page.keyboard.press('Shift+ArrowRight');
    await eventually(() => expect(lastRange(run, 'loss').from).toBeGreaterThan(50));
    await page.keyboard.press('0');
    await eventually(() => expect(lastRange(run, 'loss').to).toBeUndefined());
  });

  it('puts epochs and time on the axis, for all charts, and tells the host', async () => {
    const run = classifierRun(1000);
    const { page } = await open(run);
    await drawn(page, 'Loss');
    await page.getByRole('combobox', { name: 'Horizontal axis' }).click();
    await page.getByRole('option', { name: 'Time' }).click();
    await eventually(() => {
      const last = run.requests.filter(({ method }) => method === 'frames').at(-1)!.params as { x: string };
      expect(last.x).toBe('time');
    });
    await drawn(page, 'Loss');
    await chart(page, 'Loss').getByRole('button', { name: 'Show as table' }).click();
    expect(await chart(page, 'Loss').locator('thead th').first().innerText()).toBe('Time');
    expect(await chart(page, 'Loss').locator('tbody th').last().innerText()).toBe('0:49');
  });

  it('straightens exponential decay on a logarithmic scale', async () => {
    const run = classifierRun(0);
    const steps = Array.from({ length: 1000 }, (_none, step) => step);
    run.points.clear();
    run.points.set('loss', { steps, values: steps.map((step) => Math.exp(-step / 100)) });
    run.snapshot.losses = [];
    run.grow('loss', [Math.exp(-10)]);
    const { page } = await open(run, { view: { smoothing: 0 } });
    const bend = async () => {
      const tops = (await drawn(page, 'Loss')).filter((top): top is number => top !== null);
      const middle = tops[Math.floor(tops.length / 2)]!;
      return (middle - tops[0]!) / (tops.at(-1)! - tops[0]!);
    };
    expect(await bend()).toBeGreaterThan(0.9);
    await page.getByRole('checkbox', { name: 'Log scale' }).click();
    await eventually(async () => expect(await bend()).toBeCloseTo(0.5, 1));
  });

  it('keeps the extremes in sight when the curve is smoothed', async () => {
    const run = classifierRun(0);
    const steps = Array.from({ length: 20_000 }, (_none, step) => step);
    run.points.set('loss', { steps, values: steps.map((step) => (step === 10_000 ? 9 : 1)) });
    run.grow('loss', [1]);
    const { page } = await open(run, { view: { smoothing: 0.99 } });
    await drawn(page, 'Loss');
    const top = await chart(page, 'Loss')
      .locator('canvas')
      .evaluate((element) => {
        const { width, height } = element as HTMLCanvasElement;
        const data = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height).data;
        const x = Math.round(width * 0.5);
        const blueish = (y: number, dx: number) => {
          const at = (y * width + x + dx) * 4;
          return data[at + 3]! > 20 && data[at + 2]! > data[at]! + 40;
        };
        for (let y = 0; y < height; y++)
          for (let dx = -40; dx < 80; dx++) if (blueish(y, dx)) return y / height;
        return 1;
      });
    expect(top).toBeLessThan(0.3);
  });
});
